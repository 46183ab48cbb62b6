import Domain
import Store
import Synchronization

extension OutboundQueue {
    /// Notes that the broker has messages, in one transaction: the cursors, the rows of the queue, and a row of the
    /// communication log for each.
    ///
    /// - Throws: `StoreError`; then nothing is noted, and they are to be given again, or sent again after `rewind`.
    public func acknowledge(_ receipts: [OutboundReceipt]) async throws {
        guard !receipts.isEmpty else { return }
        try await turns.withLock("keep") {
            guard var known = state.withLock({ $0 }) else { return }
            known.acknowledge(receipts)
            let cursors = known.cursors(selection)
            let siteID = siteID
            let sent = try await store.write(weight: receipts.count) { context in
                var sent = 0
                for receipt in receipts {
                    if case .queued(let id) = receipt.message.origin, try context.markSent(outboxID: id) { sent += 1 }
                    try context.log(receipt.logEntry(siteID: siteID, at: context.now))
                }
                try context.keep(cursors)
                return sent
            }
            state.withLock { state in
                state?.acknowledge(receipts)
                state?.queuedWaiting -= sent
            }
            noteKept(cursors)
        }
        let now = store.clock.now()
        for receipt in receipts {
            statistics.record(
                protocol: .mqtt, direction: .outbound, isSuccess: true, latency: receipt.latency,
                byteCount: receipt.message.payload.count, at: now)
        }
    }
}

extension OutboundReceipt {
    fileprivate func logEntry(siteID: String, at instant: Instant) -> CommunicationLogEntry {
        CommunicationLogEntry(
            protocol: .mqtt, direction: .outbound, source: siteID, destination: destination,
            messageType: message.messageType, isSuccess: true, latency: latency, byteCount: message.payload.count,
            createdAt: instant)
    }
}
