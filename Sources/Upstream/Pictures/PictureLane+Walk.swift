import Domain
import Logging
import Store

extension PictureLane {
    /// How often the pictures that wait are counted.
    private static let countInterval = Duration.seconds(5)

    /// Takes up the mark where the replicator has set it back: another epoch, or events that are sent anew.
    func align() {
        let mark = local.store.confirmed
        if mark.pictureRow != known.pictureRow || mark.epoch != known.epoch { row = mark.pictureRow }
        known = mark
    }

    func sendWanted(_ session: CentreSession) throws -> Bool {
        let ids = wishes.take(settings.pictures.pageLimit)
        guard !ids.isEmpty else { return false }
        do {
            let through = row
            let events = try local.read { try PicturedEvent.fetch(ids, $0) }.filter { $0.rowID <= through }
            try send(events, session) { _ in }
        } catch {
            for id in ids { wishes.want(id) }
            throw error
        }
        return true
    }

    /// Sends pictures that came after the row of their event was passed.
    func sendLate(_ session: CentreSession) throws -> Bool {
        let (after, through, end, limit) = (sequence, known.sequence, row, settings.pictures.pageLimit)
        guard after != through else { return false }
        let page = try local.read { database in
            try LatePictures.read(after: after, through: through, throughRow: end, limit: limit, database)
        }
        if !page.isComplete {
            // The feed was cut before it was looked through, or is another one: all events are compared once more.
            logger.notice("all pictures are compared with the central database")
            row = 0
        }
        try send(page.events, session) { _ in }
        sequence = page.last
        return true
    }

    /// Sends pictures of the next rows.
    func sendNext(_ session: CentreSession) throws -> Bool {
        let (after, through, limit) = (row, known.eventRow, settings.pictures.pageLimit)
        guard after < through else { return false }
        let page = try local.read { database in
            try PicturedEvent.page(afterRow: after, throughRow: through, limit: limit, database)
        }
        try send(page.events, session) { event in
            row = event.rowID
            try keepMark()
        }
        row = page.lastRow
        return true
    }

    /// Notes here how far it has come, about once a second: a crash in between compares some again.
    func keepMark(force: Bool = false) throws {
        let now = ContinuousClock.now
        if !force, let markedAt, now - markedAt < .seconds(1) { return }
        markedAt = now
        let (row, sequence, known) = (max(row, known.pictureRow), sequence, known)
        guard row != known.pictureRow || sequence != known.pictureSequence else { return }
        self.known = try local.write { context in
            var mark = context.confirmed
            // The replicator may have set it back since.
            guard mark.pictureRow == known.pictureRow, mark.epoch == known.epoch else { return known }
            (mark.pictureRow, mark.pictureSequence) = (row, sequence)
            try context.confirm(mark)
            return mark
        }
    }

    /// Counts what waits now and then; sooner when the number cannot be right any more.
    func count() {
        let now = ContinuousClock.now
        let isPlausible = (board.status.picturesWaiting == 0) == (row >= local.store.confirmed.eventRow)
        let interval = isPlausible ? Self.countInterval : min(Self.countInterval, settings.pictures.idlePause)
        if let countedAt, now - countedAt < interval { return }
        countedAt = now
        let after = row
        guard let waiting = try? local.read({ try PicturedEvent.count(afterRow: after, $0) }) else { return }
        board.update { $0.picturesWaiting = waiting }
    }
}
