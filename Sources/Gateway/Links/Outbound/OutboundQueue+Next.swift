import Domain
import Store
import Synchronization

extension OutboundQueue {
    /// Messages that were not handed out yet: commands and answers first, then errors, then processed events.
    ///
    /// - Parameter limit: the most that are returned.
    /// - Returns: none when nothing is there, or before `load`.
    /// - Throws: `StoreError`.
    public func next(limit: Int) async throws -> [OutboundMessage] {
        try await turns.withLock("next") {
            while let page = try await page(limit: limit) {
                // Made before the lock is taken: the writer's queue takes it too.
                let messages = self.messages(of: page)
                let isHandedOut = state.withLock { handOut(messages, of: page, &$0) }
                guard isHandedOut else { continue }
                guard !messages.isEmpty || !page.hasMore else { continue }
                try await keepCursorsWhenDue()
                return messages
            }
            return []
        }
    }

    /// Changes that are left out in one look into the database: their rows are counted, and the look must be short.
    private static let skipPortion: Int64 = 5_000

    /// What one look into the database found.
    private struct Page: Sendable {
        let generation: Int
        let ends: OutboundEnds
        let queued: [OutboxRow]
        let rejected: [RejectedMessageRow]
        let changes: [CommittedChange]
        /// Up to where the lanes are dealt with by this page.
        let rejectedThrough: Int64
        let processedThrough: Int64
        /// Up to where they are left out.
        let rejectedSkipped: Int64
        let processedSkipped: Int64
        let dropped: Int64
        /// Whether more changes follow.
        let hasMore: Bool
    }

    private func page(limit: Int) async throws -> Page? {
        guard let known = state.withLock({ $0 }) else { return nil }
        let (bound, selection, isOnWatchlist) = (self.limit, selection, isOnWatchlist)
        return try await store.read { database in
            var known = known
            let ends = try OutboundEnds(database)
            var dropped: Int64 = 0
            known.processed.newest = max(known.processed.handed, ends.lastChange)
            known.rejected.newest = max(known.rejected.handed, ends.lastRejected)
            if selection == .none {
                known.processed.skip(through: known.processed.newest)
            } else if let first = ends.firstChange, first - 1 > known.processed.handed {
                dropped += first - 1 - known.processed.handed
                known.processed.skip(through: first - 1)
            }
            if let first = ends.firstRejected, first - 1 > known.rejected.handed {
                dropped += first - 1 - known.rejected.handed
                known.rejected.skip(through: first - 1)
            }
            let excess = known.excess(limit: bound)
            if excess.processed > 0 {
                let first = known.processed.handed
                let last = first + min(excess.processed, Self.skipPortion)
                dropped +=
                    selection == .watchlist
                    ? try OutboundEnds.storedEvents(after: first, through: last, database, where: isOnWatchlist)
                    : try OutboundEnds.storedEvents(after: first, through: last, database)
                known.processed.skip(through: last)
            }
            if excess.rejected > 0 {
                dropped += excess.rejected
                known.rejected.skip(through: known.rejected.handed + excess.rejected)
            }
            let (processedSkipped, rejectedSkipped) = (known.processed.handed, known.rejected.handed)

            let queued = try OutboxRow.waiting(after: known.queuedHanded, limit: limit, database)
            var room = limit - queued.count
            let rejected = room > 0 ? try RejectedMessageRow.following(rejectedSkipped, limit: room, database) : []
            room -= rejected.count
            let isSkipping = excess.processed > Self.skipPortion
            let feed =
                room > 0 && selection != .none && !isSkipping
                ? try FeedPage.after(processedSkipped, limit: room, database) : nil
            return Page(
                generation: known.generation, ends: ends, queued: queued, rejected: rejected,
                changes: feed?.changes ?? [], rejectedThrough: rejected.last?.id ?? rejectedSkipped,
                processedThrough: feed?.lastSequence ?? processedSkipped, rejectedSkipped: rejectedSkipped,
                processedSkipped: processedSkipped, dropped: dropped, hasMore: isSkipping || feed?.hasMore ?? false)
        }
    }

    private func messages(of page: Page) -> [OutboundMessage] {
        page.queued.map { OutboundMessage($0) } + page.rejected.map { OutboundMessage($0) }
            + page.changes.compactMap { change in
                guard case .eventStored(let event) = change.kind, selection == .all || isOnWatchlist(event) else {
                    return nil
                }
                return OutboundMessage(event, sequence: change.sequence)
            }
    }

    /// - Returns: false when a new connection has begun since the page was read: it is to be read again.
    private func handOut(_ messages: [OutboundMessage], of page: Page, _ state: inout OutboundState?) -> Bool {
        guard var known = state, known.generation == page.generation else { return false }
        let sequences = messages.compactMap { message -> Int64? in
            if case .change(let sequence) = message.origin { sequence } else { nil }
        }
        known.dropped += page.dropped
        known.queuedHanded = page.queued.last?.id ?? known.queuedHanded
        known.rejected.skip(through: page.rejectedSkipped)
        known.rejected.handOut(page.rejected.map(\.id), through: page.rejectedThrough)
        known.rejected.newest = max(page.ends.lastRejected, page.rejectedThrough)
        known.processed.skip(through: page.processedSkipped)
        known.processed.handOut(sequences, through: page.processedThrough)
        known.processed.newest = max(known.processed.newest, page.ends.lastChange)
        state = known
        return true
    }

    /// Cursors also move over what brings no message; they are kept with the next acknowledgement, or now and then.
    private func keepCursorsWhenDue() async throws {
        try await turns.withLock("keep") {
            let now = store.clock.now()
            guard let known = state.withLock({ $0 }) else { return }
            let cursors = known.cursors(selection)
            guard cursors != known.kept, now.since(known.keptAt) >= Self.keepInterval || now < known.keptAt else {
                return
            }
            try await store.write { try $0.keep(cursors) }
            noteKept(cursors)
        }
    }

    func noteKept(_ cursors: OutboundCursors) {
        let now = store.clock.now()
        state.withLock { state in
            state?.kept = cursors
            state?.keptAt = now
        }
    }
}
