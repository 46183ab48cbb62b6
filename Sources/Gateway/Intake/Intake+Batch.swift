public import Dialects
public import Domain
import Store

/// What became of one line of a batch.
public enum BatchLineOutcome: Sendable {
    case stored(EventOutcome)
    case rejected(eventID: String?, IntakeError)
}

extension Intake {
    /// Takes many events in one transaction; a bad line never spoils the good ones.
    ///
    /// - Parameter lines: each with its payload, kept when it is rejected.
    /// - Throws: only what concerns the batch as a whole (`noSpace`, `busy`, `failed`): then nothing of it is stored,
    ///   and the sender sends all of it again.
    public func accept(
        batch lines: [(decoded: Result<LPREventDraft, MessageRejection>, payload: [UInt8])], from sender: Sender
    ) async throws(IntakeError) -> [BatchLineOutcome] {
        var withPictures: Set<String> = []
        for case (.success(let draft), _) in lines where draft.image != nil || draft.plateImage != nil {
            if let eventID = draft.eventID { withPictures.insert(eventID.text) }
        }
        let result: Result<[BatchLineOutcome], IntakeError> = await inFlight.withLocks(withPictures) {
            do throws(IntakeError) { return .success(try await self.store(lines, sender)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func store(
        _ lines: [(decoded: Result<LPREventDraft, MessageRejection>, payload: [UInt8])], _ sender: Sender
    ) async throws(IntakeError) -> [BatchLineOutcome] {
        var prepared: [Result<PreparedLine, RejectedLine>] = []
        prepared.reserveCapacity(lines.count)
        do throws(IntakeError) {
            for line in lines {
                prepared.append(try await prepare(line.decoded, payload: line.payload, sender))
            }
            let outcomes = try await commit(prepared, sender)
            for case .success(let line) in prepared {
                await remove(line.pictures, unless: outcomes.stored[line.event.eventID])
            }
            note(sender, error: nil)
            return outcomes.lines
        } catch {
            for case .success(let line) in prepared { await remove(line.pictures, unless: nil) }
            note(sender, error: error.reason)
            throw error
        }
    }

    private struct PreparedLine: Sendable {
        let event: LPREvent
        let pictures: StoredPictures
        let payload: [UInt8]
    }

    private struct RejectedLine: Error {
        let eventID: String?
        let deviceID: String?
        let error: IntakeError
        let payload: [UInt8]
    }

    private func prepare(
        _ decoded: Result<LPREventDraft, MessageRejection>, payload: [UInt8], _ sender: Sender
    ) async throws(IntakeError) -> Result<PreparedLine, RejectedLine> {
        let draft: LPREventDraft
        switch decoded {
        case .success(let decoded): draft = decoded
        case .failure(let rejection):
            let error = IntakeError(.invalid, reason: rejection.reason, fields: rejection.fields)
            return .failure(
                RejectedLine(
                    eventID: rejection.eventID, deviceID: rejection.deviceID, error: error, payload: payload))
        }
        do throws(IntakeError) {
            let assembly = try assemble(draft, sender)
            let pictures = try await storePictures(of: assembly)
            return .success(
                PreparedLine(event: assembly.event(pictures: pictures), pictures: pictures, payload: payload))
        } catch {
            guard !error.isTemporary else { throw error }
            return .failure(
                RejectedLine(
                    eventID: draft.eventID?.text, deviceID: draft.edgeDeviceID.text, error: error, payload: payload))
        }
    }

    private func commit(
        _ lines: [Result<PreparedLine, RejectedLine>], _ sender: Sender
    ) async throws(IntakeError) -> (lines: [BatchLineOutcome], stored: [String: LPREvent]) {
        let siteID = siteID
        do {
            return try await store.write(weight: max(1, lines.count)) { context in
                var outcomes: [BatchLineOutcome] = []
                outcomes.reserveCapacity(lines.count)
                var stored: [String: LPREvent] = [:]
                func reject(_ line: RejectedLine) throws {
                    try context.keep(
                        RejectedMessage(
                            receivedAt: sender.receivedAt, protocol: sender.protocol, peer: sender.address,
                            deviceID: line.deviceID, reason: line.error.reason, payload: line.payload))
                    outcomes.append(.rejected(eventID: line.eventID, line.error))
                }
                for line in lines {
                    switch line {
                    case .failure(let line): try reject(line)
                    case .success(let line):
                        let outcome = try context.insert(line.event)
                        stored[line.event.eventID] = outcome.event
                        guard case .conflict(let there) = outcome else {
                            context.noteContact(
                                deviceID: line.event.edgeDeviceID, address: sender.address, protocol: sender.protocol)
                            outcomes.append(.stored(outcome))
                            continue
                        }
                        let error = IntakeError(
                            .conflict, reason: "event \(there.eventID) is stored already, with other content")
                        try reject(
                            RejectedLine(
                                eventID: there.eventID, deviceID: line.event.edgeDeviceID, error: error,
                                payload: line.payload))
                    }
                }
                try context.log(
                    sender.logEntry(
                        messageType: "lpr_batch", device: sender.device?.text, siteID: siteID, at: context.now))
                return (outcomes, stored)
            }
        } catch {
            throw intakeError(from: error)
        }
    }
}
