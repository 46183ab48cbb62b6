import Domain
import Gateway
import Identity
import Logging
import NIOCore

/// A connection that listens: joins the hub, subscribes, replays.
///
/// The outbox lives on the connection's event loop; everything here may be called from anywhere.
final class LiveListener: Sendable {
    private static let pageSize = 200

    private let hub: LiveHub
    private let logger: Logger
    private let eventLoop: any EventLoop
    private let outbox: NIOLoopBoundBox<LiveOutbox?>

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
        _ hub: LiveHub, sink: any LiveSink, role: Role, since: Int64?, limit: Int, on eventLoop: any EventLoop,
        logger: Logger, opened: (Int64) -> Void = { _ in }
    ) -> LiveListener {
        let outbox = hub.join(on: eventLoop) { sequence in
            opened(sequence)
            return LiveOutbox(
                sink: sink, allowed: allowed(role), filter: .everything, startsAfter: sequence, limit: limit)
        }
        let listener = LiveListener(hub, outbox, eventLoop: eventLoop, logger: logger)
        if let since { listener.replay(outbox, after: since) }
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
        let sequence = hub.lastSequence
        let names = try? await eventLoop.submit { () -> [LiveEventName] in
            guard let outbox = self.outbox.value else { return [] }
            let covered = outbox.coveredAfter
            outbox.subscribe(subscription.filter)
            if let since = subscription.since {
                if let covered {
                    self.fillIn(outbox, after: since, through: covered)
                } else {
                    self.replay(outbox, after: since)
                }
            }
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
        Task {
            var position = start
            while true {
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
    }

    /// Sends what lies between, to a connection that heard everything after `end` already; on the event loop.
    private func fillIn(_ outbox: LiveOutbox, after cursor: Int64, through end: Int64) {
        guard cursor < end else { return }
        Task {
            var position = cursor
            while position < end, let page = await page(after: position, isFirst: position == cursor) {
                let messages = page.messages.filter { message in
                    if case .change(_, let sequence) = message { sequence <= end } else { false }
                }
                let items = await hub.items(of: messages)
                let next = try? await eventLoop.submit {
                    self.outbox.value?.filledIn(items, on: self.eventLoop)
                }.get()
                guard let next, page.hasMore else { return }
                try? await next.get()
                position = page.next
            }
        }
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
