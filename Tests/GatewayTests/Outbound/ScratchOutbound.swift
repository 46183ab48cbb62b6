import Dialects
import Domain
import Gateway
import Logging
import Store
import Testing

/// An outbound queue over the store of a scratch gateway.
struct ScratchOutbound {
    let gateway: ScratchGateway
    let queue: OutboundQueue

    init(
        _ gateway: ScratchGateway? = nil, selection: ProcessedSelection = .all, limit: Int = 1_000,
        isOnWatchlist: @escaping @Sendable (LPREvent) -> Bool = { _ in false }
    ) async throws {
        let gateway = try gateway ?? ScratchGateway()
        self.gateway = gateway
        queue = OutboundQueue(
            store: gateway.store, statistics: gateway.statistics, siteID: "site-1", selection: selection,
            limit: limit, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            isOnWatchlist: isOnWatchlist)
        try await queue.load()
    }

    /// The same store after a restart of the appliance.
    func restarted(selection: ProcessedSelection = .all, limit: Int = 1_000) async throws -> ScratchOutbound {
        try await ScratchOutbound(gateway, selection: selection, limit: limit)
    }

    func store(_ ids: String...) async throws {
        for id in ids {
            _ = try await gateway.intake.accept(
                try gateway.draft(id, plate: "กข \(id.utf8.count)"), from: gateway.sender(), payload: [])
        }
    }

    func reject(_ payload: [UInt8] = Array("garbage".utf8)) async {
        _ = await gateway.intake.reject(.init(fields: []), from: gateway.sender(), payload: payload)
    }

    func command(_ id: String, _ payload: String = "{}") async throws -> Int64 {
        try await queue.enqueue(
            topic: "system/control/gate-1", payload: Array(payload.utf8), messageType: "command", device: "gate-1",
            commandID: id)
    }

    /// What is handed out, each in one word: an event's id, `error`, or the topic.
    func next(_ limit: Int = 100) async throws -> (words: [String], messages: [OutboundMessage]) {
        let messages = try await queue.next(limit: limit)
        let words = messages.map { message -> String in
            let object = (try? JSONParser.parse(message.payload))?.objectValue
            switch message.origin {
            case .change: return object?["event_id"]?.stringValue ?? "?"
            case .rejected: return "error"
            case .queued: return message.topic
            }
        }
        return (words, messages)
    }

    func acknowledge(_ messages: some Sequence<OutboundMessage>) async throws {
        try await queue.acknowledge(
            messages.map { OutboundReceipt(message: $0, latency: .milliseconds(3), destination: "mqtt://b:1883") })
    }
}
