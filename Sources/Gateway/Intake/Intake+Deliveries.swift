import Domain
import Logging
import Store

extension Intake {
    /// Takes many messages in one transaction with one sync; one that is wrong never spoils the others.
    ///
    /// When it returns, everything of every delivery is committed and synced (invariant 1), also its mark; the pictures
    /// before them (invariant 8). A delivery that the database does not take for a reason of its own is rejected, so
    /// that it cannot come back for ever.
    ///
    /// - Returns: one verdict for each delivery, in their order. What is rejected is kept among the rejected messages,
    ///   but for reports of devices that nobody knows.
    /// - Throws: `noSpace`, `busy`, `failed`. Then none of the deliveries may be acknowledged: they will come again, and
    ///   what of them is stored already is known by its ids (invariant 3).
    public func accept(deliveries: [IntakeDelivery]) async throws(IntakeError) -> [DeliveryVerdict] {
        guard !deliveries.isEmpty else { return [] }
        do throws(IntakeError) {
            var checked: [CheckedMessage] = []
            checked.reserveCapacity(deliveries.count)
            for delivery in deliveries {
                let envelope = MessageEnvelope(
                    from: delivery.sender, payload: delivery.payload, topic: delivery.topic, mark: delivery.mark)
                checked.append(try check(delivery.content, envelope))
            }
            let settled = try await settle(checked) { (messages, verdicts) async throws(IntakeError) in
                try await self.commit(messages[...], &verdicts)
            }
            let verdicts = zip(checked, settled).map { checked, verdict in verdict.told(of: checked.message) }
            for (delivery, verdict) in zip(deliveries, verdicts) { note(delivery.sender, error: verdict.fault) }
            publishReports(checked, verdicts)
            return verdicts
        } catch {
            for delivery in deliveries { note(delivery.sender, error: error.reason) }
            throw error
        }
    }

    /// Commits all in one transaction. When one of them makes it fail, the halves are tried apart, until it is found.
    private func commit(
        _ messages: ArraySlice<PreparedMessage>, _ verdicts: inout [DeliveryVerdict]
    ) async throws(IntakeError) {
        let place = place
        do {
            verdicts += try await store.write(weight: messages.reduce(0) { $0 + $1.weight }) { context in
                try messages.map { try context.take($0, place) }
            }
        } catch {
            guard Self.isOfOneMessage(error) else { throw intakeError(from: error) }
            guard messages.count > 1 else {
                for message in messages { verdicts.append(try await rejectPoison(message, error)) }
                return
            }
            let middle = messages.startIndex + messages.count / 2
            try await commit(messages[..<middle], &verdicts)
            try await commit(messages[middle...], &verdicts)
        }
    }

    /// Whether the error may come from what one message says; the state of the disk and of the appliance is everybody's.
    static func isOfOneMessage(_ error: any Error) -> Bool {
        guard let error = error as? StoreError else { return true }
        return ![.noSpace, .busy, .closed, .io, .corrupt].contains(error.kind)
    }

    private func rejectPoison(
        _ message: PreparedMessage, _ cause: any Error
    ) async throws(IntakeError) -> DeliveryVerdict {
        logger.error(
            "a message cannot be stored",
            metadata: [
                "error": "\(cause)", "message": "\(message.messageType)", "device": "\(message.device ?? "-")",
            ])
        let place = place
        let rejected = message.rejected(
            IntakeError(.invalid, reason: "the event could not be stored: internal error"))
        do {
            return try await store.write { try $0.take(rejected, place) }
        } catch {
            throw intakeError(from: error)
        }
    }

    private func publishReports(_ checked: [CheckedMessage], _ verdicts: [DeliveryVerdict]) {
        let reports = zip(checked, verdicts).compactMap { checked, verdict -> BusMessage? in
            guard case .noted = verdict, case .health(let report) = checked.message.content else { return nil }
            return .healthReported(deviceID: report.device.text, isSignOfLife: report.isSignOfLife)
        }
        if !reports.isEmpty { bus.publish(reports) }
    }
}
