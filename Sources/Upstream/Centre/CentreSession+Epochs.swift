public import Domain

extension CentreSession {
    /// Begins a new epoch: another life of the local database, whose numbers have nothing to do with those before.
    /// - Parameters:
    ///   - expectedEpoch: the present one, as `hello` told; 0 for the first contact.
    ///   - watermark: where the feed is followed from; 0 when it is complete.
    ///   - openingID: the opening of the local database that wrote row `watermark`.
    ///   - backfill: the last row of `lpr_events` to send anew, and from which capture on; nil when the feed holds all.
    /// - Returns: the site as it is now.
    /// - Throws: of kind `conflict` when another one has begun an epoch meanwhile.
    public func beginEpoch(
        expectedEpoch: Int64, watermark: Int64, openingID: String?, backfillThrough: Int64? = nil,
        backfillFrom: Instant? = nil
    ) throws(PostgresError) -> SiteRecord {
        let epoch = try connection.query(
            "SELECT lpr.begin_epoch($1, $2, $3, $4, $5)",
            [
                "\(expectedEpoch)", "\(watermark)", openingID, backfillThrough.map { "\($0)" },
                backfillFrom.map(CentreTime.text),
            ], operation: "begin an epoch"
        ).value
        return SiteRecord(
            siteID: siteID, epoch: epoch.flatMap { Int64($0) } ?? expectedEpoch + 1, watermark: watermark,
            openingID: openingID,
            backfill: backfillThrough.map { SiteRecord.Backfill(after: 0, through: $0, from: backfillFrom) })
    }

    /// Begins to send stored events anew within the epoch, in place of a walk that is under way.
    /// - Parameters:
    ///   - through: the last row of `lpr_events` to send.
    ///   - from: only what was captured from then on; nil: all.
    public func beginBackfill(
        epoch: Int64, through: Int64, from: Instant?
    ) throws(PostgresError) -> SiteRecord.Backfill {
        _ = try connection.query(
            "SELECT lpr.begin_backfill($1, $2, $3)", ["\(epoch)", "\(through)", from.map(CentreTime.text)],
            operation: "begin to send anew")
        return SiteRecord.Backfill(after: 0, through: through, from: from)
    }
}
