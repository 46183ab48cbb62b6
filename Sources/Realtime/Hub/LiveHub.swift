import Domain
import Gateway
import Logging
import NIOCore
import Synchronization

/// Brings what happens to all live connections.
///
///     bus ──▶ pending ── a tick ──▶ items, encoded once ──▶ one shard per event loop ──▶ outboxes ──▶ sockets
///
/// With many listeners a tick lies between the beginnings of two rounds, so that each socket is written to once for all
/// that happens within some milliseconds: a write costs the same for one frame as for ten. What comes after a quiet
/// moment, and everything while listeners are few, goes out at once.
final class LiveHub: Sendable {
    /// Changes that may wait for the hub before the oldest are lost and everybody is told so (invariant 5).
    private static let pendingLimit = 8_192
    private static let longestTick: Duration = .milliseconds(20)

    private struct State {
        var pending: [BusMessage] = []
        var lost = 0
        var status: [LiveItem] = []
        var audience = 0
        /// How many have come since the start.
        var joins = 0
        /// The newest change that was heard of.
        var lastSequence: Int64 = 0
    }

    let feed: ChangeFeed
    private let logger: Logger
    private let state = Mutex(State())
    private let shards: [ObjectIdentifier: NIOLoopBoundBox<LiveShard>]
    private let loops: [any EventLoop]
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    init(feed: ChangeFeed, bus: EventBus, eventLoopGroup: any EventLoopGroup, logger: Logger) {
        self.feed = feed
        self.logger = logger
        loops = eventLoopGroup.makeIterator().map { $0 }
        shards = Dictionary(
            uniqueKeysWithValues: loops.map {
                (ObjectIdentifier($0), NIOLoopBoundBox.makeBoxSendingValue(LiveShard(), eventLoop: $0))
            })
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        bus.listen { [weak self] messages in self?.take(messages) }
    }

    /// Where the feed stands before anything is listened to.
    func load() async throws {
        let newest = try await feed.newestSequence()
        state.withLock { $0.lastSequence = max($0.lastSequence, newest) }
    }

    var audience: Int { state.withLock { $0.audience } }

    /// How many listen, and how many have come since the start.
    var attendance: (audience: Int, joins: Int) { state.withLock { ($0.audience, $0.joins) } }

    /// Adds a connection; on its event loop.
    /// - Parameter make: makes the outbox that hears of all changes after the one it is given.
    func join(on eventLoop: any EventLoop, _ make: (Int64) -> LiveOutbox) -> LiveOutbox {
        // Counted and read at once: what comes after is kept for this connection, what came before is in the feed.
        let sequence = state.withLock { state -> Int64 in
            state.audience += 1
            state.joins += 1
            return state.lastSequence
        }
        let outbox = make(sequence)
        shard(of: eventLoop)?.add(outbox)
        return outbox
    }

    /// Takes a connection out; on its event loop.
    func leave(_ outbox: LiveOutbox, on eventLoop: any EventLoop) {
        outbox.close()
        guard shard(of: eventLoop)?.remove(outbox) == true else { return }
        state.withLock { $0.audience -= 1 }
    }

    private func shard(of eventLoop: any EventLoop) -> LiveShard? { shards[ObjectIdentifier(eventLoop)]?.value }

    /// Adds what is told now and then.
    func tell(_ items: [LiveItem]) {
        state.withLock { $0.status = items }
        wakeUp.yield()
    }

    /// The newest change that a status may name: all up to it go out before the status does.
    var lastSequence: Int64 { state.withLock { $0.lastSequence } }

    private func take(_ messages: [BusMessage]) {
        let mustWake = state.withLock { state -> Bool in
            for case .change(_, let sequence) in messages { state.lastSequence = max(state.lastSequence, sequence) }
            guard state.audience > 0 else { return false }
            state.pending += messages
            let surplus = state.pending.count - Self.pendingLimit
            if surplus > 0 {
                state.pending.removeFirst(surplus)
                state.lost += surplus
            }
            return true
        }
        if mustWake { wakeUp.yield() }
    }

    /// Brings what happens to the connections, until the task is cancelled.
    func run() async {
        let clock = ContinuousClock()
        var lastRound = clock.now - Self.longestTick
        for await _ in wakeUps {
            let tick = min(Self.longestTick, .microseconds(20 * audience))
            if tick > .milliseconds(1) { try? await Task.sleep(until: lastRound + tick, clock: clock) }
            let (messages, lost, status) = state.withLock { state in
                defer {
                    state.pending = []
                    state.lost = 0
                    state.status = []
                }
                return (state.pending, state.lost, state.status)
            }
            let items = await items(of: messages) + status
            guard !items.isEmpty || lost > 0 else { continue }
            lastRound = clock.now
            await offer(items, lost: lost)
        }
    }

    /// Gives items to all event loops and waits until each has written them: on a machine that cannot keep up, rounds
    /// become fewer and longer instead of piling up before the loops (invariant 5).
    private func offer(_ items: [LiveItem], lost: Int) async {
        let rounds = loops.compactMap { loop in
            shards[ObjectIdentifier(loop)].map { shard in loop.submit { shard.value.offer(items, lost: lost) } }
        }
        for round in rounds { try? await round.get() }
    }

    /// The items of messages, in order.
    func items(of messages: [BusMessage]) async -> [LiveItem] {
        var items: [LiveItem] = []
        items.reserveCapacity(messages.count * 2)
        for message in messages {
            switch message {
            case .change(.deviceChanged(let deviceID), let sequence):
                if let item = await device(deviceID, sequence: sequence) { items.append(item) }
            case .change(let change, let sequence): items += LiveItem.items(of: change, sequence: sequence)
            case .healthReported(let deviceID, _), .presenceChanged(let deviceID):
                if let item = await device(deviceID, sequence: nil) { items.append(item) }
            case .rejected(let notice): items.append(LiveItem.item(of: notice))
            case .answersQueued: continue
            }
        }
        return items
    }

    private func device(_ deviceID: String, sequence: Int64?) async -> LiveItem? {
        do {
            return try await feed.device(deviceID).map { LiveItem.item(of: $0, sequence: sequence, now: feed.now) }
        } catch {
            logger.warning("a device could not be read", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
