import Domain
import Logging
import Store
import Synchronization

extension StorageKeeper {
    /// Reads are lost for the centre: somebody has to know.
    func tell(ofUnconfirmed removed: [SweepRecord.Removed]) async {
        let confirmed = intake.store.confirmed
        logger.error(
            "deleted what the central database does not have yet, because nothing else was left to make room",
            metadata: [
                "kinds":
                    "\(removed.map { "\($0.kind) \(max($0.amount.files, Int64($0.events)))" }.joined(separator: ", "))",
                "confirmed_sequence": "\(confirmed.sequence)",
                "hint": "mend the connection to the central database, or use a larger disk",
            ])
        let newest = (try? await intake.store.read { try FeedPage.newestSequence($0) }) ?? confirmed.sequence + 1
        state.withLock { $0.lostThrough = newest }
    }

    /// Whether something was deleted that the centre was to get, and it has not caught up since.
    var hasLostUnconfirmed: Bool {
        state.withLock { $0.lostThrough }.map { $0 > intake.store.confirmed.sequence } ?? false
    }
}
