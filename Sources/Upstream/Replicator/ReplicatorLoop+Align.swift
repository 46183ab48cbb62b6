import Domain
import Logging
import Store

extension ReplicatorLoop {
    /// Decides where to go on, and begins a new epoch when that is what it takes.
    func align(_ session: CentreSession, with record: SiteRecord) throws {
        var record = record
        let known = try local.known(of: record.watermark)
        switch Alignment.decide(record, known, ownEpoch: ownEpoch) {
        case .goOn: break
        case .another:
            throw Halt(
                problem: .anotherAppliance,
                words: "another appliance writes as site \(settings.siteID): the centre is at its epoch "
                    + "\(record.epoch), this one's is \(ownEpoch ?? 0); give each its own site.id, then restart this one"
            )
        case .newEpoch(let watermark, let isWhole):
            let (opening, lastRow) = try local.read { database in
                (try FeedLineage.opening(of: watermark, database), try BackfillPage.newestRow(database))
            }
            logger.notice(
                "a new epoch begins at the central database",
                metadata: [
                    "after": "\(record.epoch)", "watermark": "\(watermark)",
                    "events": "\(isWhole ? "by the feed" : "sent anew")",
                ])
            // An epoch of the same number at another centre had other rows: nothing counts as confirmed any more.
            try local.write { try $0.confirm(UpstreamMark()) }
            record = try session.beginEpoch(
                expectedEpoch: record.epoch, watermark: watermark, openingID: opening,
                backfillThrough: isWhole ? nil : lastRow)
        }
        ownEpoch = record.epoch
        let mark = local.store.confirmed
        position = Position(
            epoch: record.epoch, watermark: record.watermark, backfill: record.backfill,
            logsThrough: record.logsThrough)
        // A centre that was restored from a backup has less than it had; what it lacks comes by the feed.
        if mark.epoch == record.epoch, mark.sequence <= record.watermark { position.eventRow = mark.eventRow }
        position.feedEventRow = position.eventRow
        let remaining = record.backfill.map { max(0, $0.through - $0.after) }
        board.update { status in
            status.epoch = record.epoch
            status.backfillRemaining = remaining
        }
        try keepMark(force: true)
        try lookAhead()
    }
}
