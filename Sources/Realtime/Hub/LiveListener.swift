import Domain
import Gateway
import Identity
import Logging
import NIOCore
import Synchronization

/// A connection that listens: joins the hub, subscribes, replays.
///
/// The outbox lives on the connection's event loop; everything here may be called from anywhere.
final class LiveListener: Sendable {
    private static let pageSize = 200
    /// A client that says in its first frame where it left off hears everything in order and once: live items wait this
    /// long for that frame.
    static let hold = TimeAmount.milliseconds(75)

    private let hub: LiveHub
    private let logger: Logger
    private let eventLoop: any EventLoop
    private let outbox: NIOLoopBoundBox<LiveOutbox?>
    /// One replay at a time: a client that subscribes again and again must not have the feed read many times at once.
    private let replaying = Mutex<Task<Void, Never>?>(nil)

    private init(_ hub: LiveHub, _ outbox: LiveOutbox, eventLoop: any EventLoop, logger: Logger) {
        self.hub = hub
        self.logger = logger
        self.eventLoop = eventLoop
        self.outbox = NIOLoopBoundBox(outbox, eventLoop: eventLoop)
    }

    /// Begins to listen; on the event loop.
    /// - Parameters:
    ///   - since: the first changes are those after it; nil for those from now on.
    ///   - opened: told where the feed stands, before anything is sent.
    static func join(
        _ hub: LiveHub, sink: any LiveSink, role: Role, since: Int64?, limit: Int, hold: TimeAmount = LiveListener.hold,
        on eventLoop: any EventLoop, logger: Logger, opened: (Int64) -> Void = { _ in }
    ) -> LiveListener {
        let outbox = hub.join(on: eventLoop) { sequence in
            opened(sequence)
            return LiveOutbox(
                sink: sink, allowed: allowed(role), filter: .everything, startsAfter: sequence, limit: limit)
        }
        let listener = LiveListener(hub, outbox, eventLoop: eventLoop, logger: logger)
        if let since {
            listener.replay(outbox, after: since)
        } else {
            eventLoop.scheduleTask(in: hold) { listener.outbox.value?.release() }
        }
        return listener
    }

    /// What a role may hear; devices hear answers only.
    static func allowed(_ role: Role) -> LiveEventSet {
        if role.allows(.operator) { return .all }
        return role.allows(.viewer) ? LiveEventSet(LiveEventName.allCases.filter { $0 != .error }) : .none
    }

    /// The client takes more again; on the event loop.
    func drain() { outbox.value?.drain() }

    /// - Returns: what is subscribed to from now on, and where the feed stands.
    func subscribe(_ subscription: LiveSubscription) async -> (events: [LiveEventName], sequence: Int64) {
        if subscription.since != nil {
            let before = replaying.withLock { $0 }
            before?.cancel()
            await before?.value
        }
        let sequence = hub.lastSequence
        let names = try? await eventLoop.submit { () -> [LiveEventName] in
            guard let outbox = self.outbox.value else { return [] }
            outbox.subscribe(subscription.filter)
            if let since = subscription.since { self.replay(outbox, after: since) } else { outbox.release() }
            return outbox.allowed.intersection(subscription.filter.events).names
        }.get()
        return (names ?? [], sequence)
    }

    /// Ends listening; on the event loop.
    func leave() {
        guard let outbox = outbox.value else { return }
        self.outbox.value = nil
        hub.leave(outbox, on: eventLoop)
    }

    /// Sends everything after `cursor`, then what happens; on the event loop.
    private func replay(_ outbox: LiveOutbox, after cursor: Int64) {
        // A cursor from before a restored backup may lie ahead of all there is: what happens now must be heard.
        let newest = hub.lastSequence
        let start = min(cursor, newest)
        let number = outbox.beginReplay(after: start)
        if cursor > newest { outbox.replayIsImpossible(since: newest) }
        let task = Task {
            var position = start
            while !Task.isCancelled {
                guard let page = await page(after: position, isFirst: position == start) else {
                    eventLoop.execute { self.outbox.value?.endReplay(number: number) }
                    return
                }
                let items = await hub.items(of: page.messages)
                position = max(position, page.next)
                let (through, hasMore) = (position, page.hasMore)
                let next = try? await eventLoop.submit {
                    self.outbox.value?.replayed(
                        items, through: through, hasMore: hasMore, number: number, on: self.eventLoop)
                }.get()
                guard let next else { return }
                try? await next.get()
            }
        }
        replaying.withLock { $0 = task }
    }

    /// A page of the feed; nil when it cannot be read. The client is told when changes are no longer kept.
    private func page(after cursor: Int64, isFirst: Bool) async -> ChangeFeed.Page? {
        do {
            let page = try await hub.feed.page(after: cursor, limit: Self.pageSize)
            if isFirst, !page.isComplete {
                eventLoop.execute { self.outbox.value?.replayIsImpossible(since: cursor) }
            }
            return page
        } catch {
            logger.warning("the change feed could not be read", metadata: ["error": "\(error)"])
            eventLoop.execute { self.outbox.value?.replayIsImpossible(since: cursor) }
            return nil
        }
    }
}
