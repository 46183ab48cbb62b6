import Domain
import Logging
import Store
import Synchronization

extension OutboundQueue {
    private enum Enqueuing: Sendable {
        case added(id: Int64)
        case thereAlready(id: Int64)
        case full
        case conflict
    }

    /// Adds a message that is not read from feed or rejected messages. When it returns, it is on disk (invariant 1).
    ///
    /// The same command again is the same row (invariant 3); only when it was sent may differ.
    /// - Parameters:
    ///   - messageType: as in the communication log.
    ///   - device: whom it is for.
    ///   - commandID: of a command.
    /// - Returns: the number of its row.
    /// - Throws: `LinkError`: `queueFull`, `conflict`, `failed`.
    public func enqueue(
        topic: String, payload: [UInt8], messageType: String, device: String?, commandID: String?
    ) async throws -> Int64 {
        let bound = min(limit, Self.queuedLimit)
        let result: Enqueuing
        do {
            result = try await store.write { context in
                if let commandID, let known = try OutboxRow.fetch(commandID: commandID, context.database) {
                    let isSame = known.topic == topic && Self.isSame(known.payload, payload)
                    return isSame ? .thereAlready(id: known.id) : .conflict
                }
                guard try OutboxRow.waitingCount(context.database) < bound else { return .full }
                return .added(
                    id: try context.enqueue(
                        topic: topic, payload: payload, messageType: messageType, deviceID: device,
                        commandID: commandID))
            }
        } catch {
            logger.error("a message for the broker could not be kept", metadata: ["error": "\(error)"])
            throw LinkError(.failed, reason: "the appliance could not write; try again later")
        }
        switch result {
        case .added(let id):
            state.withLock { $0?.queuedWaiting += 1 }
            noteWork()
            return id
        case .thereAlready(let id): return id
        case .full: throw LinkError(.queueFull, reason: "\(bound) messages wait for the broker already")
        case .conflict:
            throw LinkError(
                .conflict, reason: "command \(commandID ?? "") was another one; give a new command its own id")
        }
    }

    /// What became of a command; nil when it was never there, or was sent long ago.
    /// - Throws: `StoreError`.
    public func delivery(of commandID: String) async throws -> CommandDelivery? {
        try await store.read { try OutboxRow.fetch(commandID: commandID, $0) }.map { row in
            row.sentAt.map { .sent(at: $0) } ?? .waiting
        }
    }

    /// Whether two payloads say the same, but for the time of sending.
    private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        if left == right { return true }
        guard case .object(var first) = try? JSONParser.parse(left),
            case .object(var second) = try? JSONParser.parse(right)
        else { return false }
        first["sent_at"] = nil
        second["sent_at"] = nil
        return first == second
    }
}
