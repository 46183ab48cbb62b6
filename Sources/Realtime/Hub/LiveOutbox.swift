import DequeModule
import NIOCore

/// Where the items of one connection go.
protocol LiveSink: AnyObject {
    /// Whether the client takes more at the moment. It calls `LiveOutbox.drain` when it does again.
    var isReady: Bool { get }
    func send(_ items: [LiveItem])
    /// Tells the client that it missed something.
    /// - Parameters:
    ///   - count: nil when nobody knows how much.
    ///   - since: the change from which on it can ask again.
    func sendMissed(count: Int?, since: Int64)
}

/// What one connection hears, in order: replayed first if it asked for that, then as it happens.
///
///     held ── a moment, or subscribe ──▶ live ◀── nothing left to replay ── replaying ◀── subscribe with `since`
///                                         │ client takes no more: items wait, at the bound the
///                                         │ oldest go and are counted (invariant 5)
///
/// Touched on the connection's event loop only.
final class LiveOutbox {
    private let limit: Int
    /// What its role may hear.
    let allowed: LiveEventSet
    private(set) var filter: LiveFilter
    private weak var sink: (any LiveSink)?
    private var waiting: Deque<LiveItem> = []
    private var missed = 0
    private var missedSince: Int64 = 0
    /// All changes up to this one were sent, or were none of this connection's business.
    private(set) var deliveredThrough: Int64
    /// Nothing is sent yet: the client may be about to say where it left off.
    private var isHeld = true
    /// Nil while live.
    private var replay: Replay?
    private var whenReady: EventLoopPromise<Void>?

    private struct Replay {
        let number: Int
        /// Items that came meanwhile were lost, so that the feed has to be read on.
        var hasLost = false
    }

    private var replayCount = 0

    init(sink: any LiveSink, allowed: LiveEventSet, filter: LiveFilter, startsAfter sequence: Int64, limit: Int) {
        self.sink = sink
        self.allowed = allowed
        self.filter = filter
        self.limit = limit
        deliveredThrough = sequence
    }

    /// New items, in order; those of one change come together.
    func offer(_ items: [LiveItem]) {
        var fresh: [LiveItem] = []
        let isOpen = !isHeld && replay == nil && waiting.isEmpty && missed == 0 && sink?.isReady == true
        for item in items where wants(item) {
            if isOpen { fresh.append(item) } else { keep(item) }
        }
        guard isOpen else { return }
        advance(past: items)
        if !fresh.isEmpty { sink?.send(fresh) }
    }

    /// Items of the hub were lost before they came here.
    func lost(_ count: Int) {
        if replay != nil { replay?.hasLost = true } else { noteMissed(count) }
        drain()
    }

    /// The client takes more again.
    func drain() {
        guard sink?.isReady == true else { return }
        if let promise = whenReady {
            whenReady = nil
            promise.succeed()
        }
        guard replay == nil, !isHeld else { return }
        if missed > 0 {
            sink?.sendMissed(count: missed, since: missedSince)
            missed = 0
        }
        guard !waiting.isEmpty else { return }
        let items = Array(waiting)
        waiting.removeAll()
        sink?.send(items)
        advance(past: items)
    }

    private func wants(_ item: LiveItem) -> Bool {
        guard allowed.contains(item.name), filter.matches(item) else { return false }
        guard let sequence = item.sequence else { return true }
        return sequence > deliveredThrough
    }

    private func advance(past items: [LiveItem]) {
        for item in items { deliveredThrough = max(deliveredThrough, item.sequence ?? 0) }
    }

    private func keep(_ item: LiveItem) {
        guard !item.name.isTransient else { return }
        waiting.append(item)
        guard waiting.count > limit else { return }
        waiting.removeFirst()
        if replay != nil { replay?.hasLost = true } else { noteMissed(1) }
    }

    private func noteMissed(_ count: Int) {
        if missed == 0 { missedSince = deliveredThrough }
        missed += count
    }
}

// MARK: Replay

extension LiveOutbox {
    /// A new subscription takes the place of the one before.
    func subscribe(_ filter: LiveFilter) {
        self.filter = filter
        waiting.removeAll { !wants($0) }
    }

    /// Whatever waited for the client's first word is sent now.
    func release() {
        isHeld = false
        drain()
    }

    /// Everything after `sequence` will come by `replayed`; what happens meanwhile waits.
    /// - Returns: the number of this replay; a later one takes its place.
    func beginReplay(after sequence: Int64) -> Int {
        replayCount += 1
        replay = Replay(number: replayCount)
        forgetChanges()
        missed = 0
        deliveredThrough = sequence
        isHeld = false
        return replayCount
    }

    /// A page of the feed.
    /// - Parameters:
    ///   - next: the last change that was read.
    ///   - hasMore: whether the feed goes on.
    /// - Returns: when the next page may come; nil when there is nothing more to replay.
    func replayed(
        _ items: [LiveItem], through next: Int64, hasMore: Bool, number: Int, on eventLoop: any EventLoop
    ) -> EventLoopFuture<Void>? {
        guard let replay, replay.number == number, let sink else { return nil }
        let wanted = items.filter(wants)
        if !wanted.isEmpty { sink.send(wanted) }
        deliveredThrough = max(deliveredThrough, next)
        if !hasMore, !replay.hasLost {
            self.replay = nil
            waiting.removeAll { !wants($0) }
            drain()
            return nil
        }
        self.replay?.hasLost = false
        forgetChanges()
        return readiness(of: sink, eventLoop)
    }

    /// The feed cannot be read on: what happens goes on, and nobody knows what lies between.
    func endReplay(number: Int) {
        guard let replay, replay.number == number else { return }
        self.replay = nil
        waiting.removeAll { !wants($0) }
        drain()
    }

    /// What waits and is in the feed comes with a later page; the rest would be gone.
    private func forgetChanges() { waiting.removeAll { $0.sequence != nil } }

    private func readiness(of sink: any LiveSink, _ eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        guard !sink.isReady else { return eventLoop.makeSucceededVoidFuture() }
        let promise = eventLoop.makePromise(of: Void.self)
        // A replay that was overtaken by another one may wait still.
        whenReady?.succeed()
        whenReady = promise
        return promise.futureResult
    }

    /// The feed begins later than where the client left off, or ends before.
    func replayIsImpossible(since sequence: Int64) {
        sink?.sendMissed(count: nil, since: sequence)
    }

    /// The connection is gone.
    func close() {
        replay = nil
        waiting.removeAll()
        whenReady?.succeed()
        whenReady = nil
        sink = nil
    }
}
