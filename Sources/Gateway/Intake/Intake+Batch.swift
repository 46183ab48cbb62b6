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
        do throws(IntakeError) {
            var checked: [CheckedMessage] = []
            checked.reserveCapacity(lines.count)
            for line in lines {
                let envelope = MessageEnvelope(from: sender, payload: line.payload)
                switch line.decoded {
                case .success(let draft): checked.append(try check(draft, envelope))
                case .failure(let rejection): checked.append(check(rejection, envelope))
                }
            }
            let verdicts = try await settle(checked) { (messages, verdicts) async throws(IntakeError) in
                verdicts = try await self.commit(messages, sender)
            }
            note(sender, error: nil)
            return zip(checked, verdicts).compactMap { checked, verdict in
                switch verdict.told(of: checked.message) {
                case .rejected(let error): .rejected(eventID: checked.message.eventID, error)
                case .stored(let outcomes): outcomes.first.map(BatchLineOutcome.stored)
                case .noted: nil
                }
            }
        } catch {
            note(sender, error: error.reason)
            throw error
        }
    }

    private func commit(
        _ messages: [PreparedMessage], _ sender: Sender
    ) async throws(IntakeError) -> [DeliveryVerdict] {
        let place = place
        do {
            return try await store.write(weight: max(1, messages.count)) { context in
                let verdicts = try messages.map { try context.take($0, place, isLogged: false) }
                try context.log(
                    sender.logEntry(
                        messageType: "lpr_batch", device: sender.device?.text, siteID: place.siteID, at: context.now))
                return verdicts
            }
        } catch {
            throw intakeError(from: error)
        }
    }
}
