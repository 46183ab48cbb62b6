import Domain
import Logging
import Store

extension ReplicatorLoop {
    /// How often the centre hears how the site is.
    private static let reportInterval = Duration.seconds(10)
    private static let monthInterval = Duration.seconds(6 * 3_600)

    /// Sends what comes until something goes wrong: the feed first, then a page of a walk, then the rest.
    func stream(_ session: CentreSession) throws {
        var nextSend = ContinuousClock.now
        var nextReport = ContinuousClock.now
        var nextMonths = ContinuousClock.now + Self.monthInterval
        while true {
            guard !interrupt.isInterrupted else { throw PostgresError.interrupted("send") }
            let newest = try lookAhead()
            let waiting = newest - position.watermark
            let isDue = ContinuousClock.now >= nextSend
            if waiting != 0, isDue || waiting >= Int64(width.rows) {
                // Counted from here: what comes while this is sent does not wait longer than anything else.
                nextSend = ContinuousClock.now + settings.batchInterval
                try sendFeed(session)
            }
            if ContinuousClock.now >= nextReport {
                try report(session)
                nextReport = ContinuousClock.now + Self.reportInterval
            }
            if try sendRest(session) { continue }
            if ContinuousClock.now >= nextMonths {
                try session.ensureMonthsAhead(of: local.now)
                nextMonths = ContinuousClock.now + Self.monthInterval
            }
            try keepMark(force: true)
            let pause = max(.milliseconds(1), nextSend - .now)
            interrupt.pause(min(pause, settings.batchInterval))
        }
    }

    /// One step of what has no hurry.
    /// - Returns: whether there may be more of it.
    private func sendRest(_ session: CentreSession) throws -> Bool {
        if try beginResync(session) { return true }
        if position.backfill != nil {
            try sendBackfill(session)
            return true
        }
        if try sendParked(session) { return true }
        return settings.sendsLogs ? try sendLogs(session) : false
    }

    private func report(_ session: CentreSession) throws {
        let status = board.status
        try session.report(
            SiteReport(
                version: settings.version, name: settings.siteName, siteURL: settings.siteURL, lagRows: status.lagRows,
                lagSeconds: status.lagSeconds, parkedRows: status.parkedRows, picturesWaiting: status.picturesWaiting,
                now: local.now))
        // It is connected, and it works, even when there is nothing to send.
        board.update { $0.problem = nil }
        settle()
    }

    private func beginResync(_ session: CentreSession) throws -> Bool {
        guard requests.takeResync() else { return false }
        let (wish, through) = try local.read { database in
            (try ResyncWish.read(database), try BackfillPage.newestRow(database))
        }
        guard let wish else { return false }
        do {
            position.backfill = try session.beginBackfill(epoch: position.epoch, through: through, from: wish.from)
            position.hasSentDevices = false
            board.update { $0.backfillRemaining = through }
            // Only now: a crash in between sends too much, never too little. Pictures are looked through again behind it.
            try local.write { context in
                var mark = context.confirmed
                mark.pictureRow = 0
                try context.confirm(mark)
                try context.keep(nil as ResyncWish?)
            }
        } catch {
            requests.wantResync()
            throw error
        }
        logger.notice("stored events are sent to the central database anew", metadata: ["through": "\(through)"])
        return true
    }
}
