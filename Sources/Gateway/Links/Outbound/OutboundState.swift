import Domain
import Store

/// What the outbound queue knows without asking the database.
struct OutboundState: Sendable {
    var processed: OutboundLane
    var rejected: OutboundLane
    /// The last row of the queue that was handed out.
    var queuedHanded: Int64 = 0
    /// Rows of the queue that wait.
    var queuedWaiting: Int
    /// Messages that were left out so far.
    var dropped: Int64
    /// What `settings` holds.
    var kept: OutboundCursors
    var keptAt: Instant
    /// Rises with each new connection: what was read for an older one is not handed out.
    var generation = 0

    /// What `settings` should hold.
    /// - Parameter selection: without processed messages there is no cursor, so that they begin at the newest one later.
    func cursors(_ selection: ProcessedSelection) -> OutboundCursors {
        OutboundCursors(
            processed: selection == .none ? nil : processed.position, rejected: rejected.position,
            dropped: dropped + processed.endangered + rejected.endangered)
    }

    /// How many too many wait. What is on its way is not among them: it is the oldest, and soon gone.
    func excess(limit: Int) -> (processed: Int64, rejected: Int64) {
        let excess = processed.unseen + rejected.unseen + Int64(queuedWaiting) - Int64(limit)
        guard excess > 0 else { return (0, 0) }
        let ofProcessed = min(excess, processed.unseen)
        return (ofProcessed, min(excess - ofProcessed, rejected.unseen))
    }

    mutating func rewind() {
        generation += 1
        dropped += processed.rewind() + rejected.rewind()
        queuedHanded = 0
    }

    mutating func acknowledge(_ receipts: [OutboundReceipt]) {
        var changes: Set<Int64> = []
        var messages: Set<Int64> = []
        for receipt in receipts {
            switch receipt.message.origin {
            case .change(let sequence): changes.insert(sequence)
            case .rejected(let id): messages.insert(id)
            case .queued: continue
            }
        }
        processed.acknowledge(changes)
        rejected.acknowledge(messages)
    }
}
