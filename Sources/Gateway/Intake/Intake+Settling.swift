import Domain
import Logging
import Media
import Store

extension Intake {
    /// Writes the pictures of checked messages, then what `commit` writes of the messages, and takes back the pictures
    /// that no row names then: those of a repeat, a conflict or a failed transaction (invariant 8).
    ///
    /// - Parameter commit: appends a verdict for each message whose transaction is committed, in their order, also when
    ///   it throws before it comes to the end.
    func settle(
        _ checked: [CheckedMessage],
        _ commit: ([PreparedMessage], inout [DeliveryVerdict]) async throws(IntakeError) -> Void
    ) async throws(IntakeError) -> [DeliveryVerdict] {
        var locks: Set<String> = []
        for case let work? in checked.map(\.pictures) { locks.formUnion(work.locks) }
        guard !locks.isEmpty else {
            var verdicts: [DeliveryVerdict] = []
            try await commit(checked.map(\.message), &verdicts)
            return verdicts
        }
        let result: Result<[DeliveryVerdict], IntakeError> = await inFlight.withLocks(locks) {
            var written: [StoredPicture] = []
            var verdicts: [DeliveryVerdict] = []
            let result: Result<[DeliveryVerdict], IntakeError>
            do throws(IntakeError) {
                let messages = try await self.storePictures(of: checked, written: &written)
                try await commit(messages, &verdicts)
                result = .success(verdicts)
            } catch {
                result = .failure(error)
            }
            await self.remove(written, unlessNamedBy: verdicts)
            return result
        }
        return try result.get()
    }

    /// Takes one message in a transaction of its own, shared with whatever else waits.
    /// - Throws: what was wrong with it, after it was kept among the rejected messages if it belongs there.
    func take(_ checked: CheckedMessage) async throws(IntakeError) -> [EventOutcome] {
        let place = place
        let verdicts = try await settle([checked]) { (messages, verdicts) async throws(IntakeError) in
            for message in messages {
                do {
                    verdicts.append(
                        try await store.write(weight: message.weight) { try $0.take(message, place) })
                } catch {
                    if case .rejected(let rejection) = message.content {
                        // The sender hears its error all the same; only the copy for the operator is lost.
                        logger.error("a rejected message could not be kept", metadata: ["error": "\(error)"])
                        throw rejection
                    }
                    throw intakeError(from: error)
                }
            }
        }
        switch verdicts.first?.told(of: checked.message) {
        case .rejected(let error): throw error
        case .stored(let outcomes): return outcomes
        case .noted, nil: return []
        }
    }

    private func remove(_ written: [StoredPicture], unlessNamedBy verdicts: [DeliveryVerdict]) async {
        var owners: [String: String] = [:]
        for verdict in verdicts {
            for event in verdict.events.map(\.event) {
                for path in [event.imagePath, event.plateImagePath].compactMap({ $0 }) {
                    owners[path] = event.edgeDeviceID
                }
            }
        }
        for picture in written where picture.isNew {
            if let device = owners[picture.path] {
                space.book?.note(picture, device: device)
            } else {
                await remove(path: picture.path)
            }
        }
    }
}
