public import Domain
public import Logging
public import Store
import Synchronization

/// What waits to be sent to a broker, and survives a restart until the broker has acknowledged it.
///
///     change feed ───────── cursor ──▶ lpr/data/processed ─┐
///     rejected messages ─── cursor ──▶ lpr/data/error ─────┼─▶ next ──▶ link ──▶ acknowledge
///     mqtt_outbox ────────────rows──▶ commands, answers ───┘
///
/// A stored event costs no row of its own. The cursors move over what is acknowledged without a gap, in the transaction
/// that notes the acknowledgements; a crash sends some messages twice, and none is lost. Together at most `limit`
/// messages wait beside those on their way (invariant 5): beyond it the oldest processed ones are left out, then the
/// oldest errors, and counted. Upkeep trims feed and rejected messages as it likes; what went before it was sent counts as left out.
///
/// One task asks for messages; everything else may be called from anywhere.
public final class OutboundQueue: Sendable {
    /// What waits, for people.
    public struct Counts: Sendable, Hashable {
        public var waiting: Int
        /// Left out since the link was set up, because too much waited.
        public var dropped: Int64

        public init(waiting: Int, dropped: Int64) {
            self.waiting = waiting
            self.dropped = dropped
        }
    }

    /// The most commands and answers that wait.
    public static let queuedLimit = 10_000
    /// Cursors that move without an acknowledgement are kept this often.
    static let keepInterval: Duration = .seconds(5)

    let store: Store
    let statistics: CommunicationStatistics
    let siteID: String
    let selection: ProcessedSelection
    let limit: Int
    let logger: Logger
    let isOnWatchlist: @Sendable (LPREvent) -> Bool
    /// Nil until `load`.
    let state = Mutex<OutboundState?>(nil)
    /// One task at a time reads, and one keeps cursors.
    let turns = KeyedLock()
    private let workListener = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameters:
    ///   - selection: which stored events are sent.
    ///   - limit: how many messages may wait.
    ///   - isOnWatchlist: asked for each stored event when only those are sent.
    public init(
        store: Store, statistics: CommunicationStatistics, siteID: String, selection: ProcessedSelection, limit: Int,
        logger: Logger, isOnWatchlist: @escaping @Sendable (LPREvent) -> Bool = { _ in false }
    ) {
        self.store = store
        self.statistics = statistics
        self.siteID = siteID
        self.selection = selection
        self.limit = max(1, limit)
        self.logger = logger
        self.isOnWatchlist = isOnWatchlist
    }

    /// Reads where it stopped; at the start. The first time it begins with what comes from now on.
    ///
    /// A cursor beyond the newest change, as after a restored backup, falls back to that.
    /// - Throws: `StoreError`.
    public func load() async throws {
        let (kept, ends, waiting) = try await store.read { database in
            (
                try OutboundCursors(database), try OutboundEnds(database),
                try OutboxRow.waitingCount(database)
            )
        }
        let processed = selection == .none ? ends.lastChange : min(kept.processed ?? .max, ends.lastChange)
        let rejected = min(kept.rejected ?? .max, ends.lastRejected)
        var loaded = OutboundState(
            processed: OutboundLane(at: processed, newest: ends.lastChange),
            rejected: OutboundLane(at: rejected, newest: ends.lastRejected), queuedWaiting: waiting,
            dropped: kept.dropped, kept: kept, keptAt: store.clock.now())
        let cursors = loaded.cursors(selection)
        if cursors != kept {
            try await store.write { try $0.keep(cursors) }
            loaded.kept = cursors
        }
        let result = loaded
        state.withLock { $0 = result }
    }

    /// Forgets where it stopped: a link that is set up later begins with what comes from then on.
    /// - Throws: `StoreError`.
    public static func forget(in store: Store) async throws {
        guard try await store.read({ try OutboundCursors($0) }) != OutboundCursors() else { return }
        try await store.write { try $0.keep(OutboundCursors()) }
    }

    /// Hands out everything again that is not acknowledged; for a new connection.
    public func rewind() {
        state.withLock { $0?.rewind() }
    }

    /// From memory; roughly, because changes that bring no message count until they are looked at. 0 before `load`.
    public var counts: Counts {
        state.withLock { state in
            guard let state else { return Counts(waiting: 0, dropped: 0) }
            let excess = state.excess(limit: limit)
            let left = excess.processed + excess.rejected
            let waiting = state.processed.waiting + state.rejected.waiting + Int64(state.queuedWaiting) - left
            return Counts(
                waiting: Int(clamping: max(0, waiting)), dropped: state.cursors(selection).dropped + left)
        }
    }

    /// Called when something new may be there, from where it arises: must not block.
    public var onWork: (@Sendable () -> Void)? {
        get { workListener.withLock { $0 } }
        set { workListener.withLock { $0 = newValue } }
    }

    /// Says that something new may be there.
    public func noteWork() {
        onWork?()
    }

    /// Hears from the bus what is committed.
    public func follow(_ bus: EventBus) {
        bus.listen { [weak self] messages in self?.note(messages) }
    }

    private func note(_ messages: [BusMessage]) {
        var newest: Int64 = 0
        var rejected: Int64 = 0
        var answers = 0
        var isWork = false
        for message in messages {
            switch message {
            case .change(let change, let sequence):
                newest = max(newest, sequence)
                if case .eventStored = change, selection != .none { isWork = true }
            case .rejected:
                rejected += 1
                isWork = true
            case .answersQueued(let count):
                answers += count
                isWork = true
            case .healthReported, .presenceChanged: continue
            }
        }
        guard newest > 0 || isWork else { return }
        state.withLock { [newest, rejected, answers] state in
            guard var known = state else { return }
            known.processed.newest = max(known.processed.newest, newest)
            if selection == .none { known.processed.skip(through: known.processed.newest) }
            known.rejected.newest += rejected
            known.queuedWaiting += answers
            state = known
        }
        if isWork { noteWork() }
    }
}
