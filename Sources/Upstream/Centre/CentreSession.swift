import Domain

/// One connection of a site to the centre, for one thread at a time, which it blocks.
///
///     open ─▶ hello ─▶ (beginEpoch | beginBackfill)? ─▶ send ─▶ confirm ─▶ send … ─▶ close
///
/// A batch is all or nothing, and in its place or nowhere: the watermark is moved by compare-and-set in the transaction
/// of the rows. After any error but `isConnectionLost` the session is as it was before the batch.
public final class CentreSession {
    let connection: PostgresConnection
    public let siteID: String
    /// Months that are known to have partitions.
    var months: Set<CentreMonth> = []
    /// Sent and not yet confirmed.
    var underWay: EncodedBatch?

    init(_ connection: PostgresConnection, siteID: String) {
        self.connection = connection
        self.siteID = siteID
    }

    /// Connects as the role of a site.
    /// - Parameters:
    ///   - settings: `applicationName` becomes `lpr-appliance/SITE`, with the purpose behind it.
    ///   - siteID: `site.id` of the box; the centre has to know the role as this site's.
    ///   - purpose: of a second connection, for the server's lists.
    public static func open(
        _ settings: PostgresSettings, siteID: String, purpose: String? = nil, interrupt: UpstreamInterrupt
    ) throws(PostgresError) -> CentreSession {
        var settings = settings
        settings.applicationName = "lpr-appliance/\(siteID)" + (purpose.map { "/" + $0 } ?? "")
        return CentreSession(try PostgresConnection.open(settings, interrupt: interrupt), siteID: siteID)
    }

    /// `host:port/dbname` of the server that answered.
    public var server: String { connection.server }
    public var isOpen: Bool { connection.isOpen }
    public var isEncrypted: Bool { connection.isEncrypted }

    public func close() { connection.close() }

    /// What the centre knows of this site. To be asked first on each connection, and after each conflict.
    /// - Throws: `PostgresError` of kind `configuration` when the schema is missing, too old or too new, the role has no
    ///   rights, or speaks for no site or another one.
    public func hello() throws(PostgresError) -> SiteRecord {
        try checkVersion()
        let mine = try connection.query("SELECT lpr.my_site()", [], operation: "ask for the site").value
        guard let mine, mine == siteID else {
            let user = connection.settings.url.user ?? "of the connection"
            throw PostgresError(
                .configuration, .siteUnknown, operation: "ask for the site",
                message: mine.map { "the role \(user) speaks for site \($0), and site.id is \(siteID)" }
                    ?? "the role \(user) speaks for no site; 'lpr-appliance upstream add-site \(siteID)' makes one")
        }
        try connection.simple("SELECT lpr.prepare_session()", operation: "prepare the session")
        return try record()
    }

    private func checkVersion() throws(PostgresError) {
        let rows = try connection.query(
            """
            SELECT coalesce(max(version), 0) AS version, coalesce(max(compatible_from), 0) AS compatible_from \
            FROM lpr.schema_version
            """, [], operation: "look at the schema")
        let version = rows[0, "version"].flatMap { Int($0) } ?? 0
        let compatibleFrom = rows[0, "compatible_from"].flatMap { Int($0) } ?? 0
        let own = CentreSchema.current.version
        if version < own {
            throw PostgresError(
                .configuration, .schemaTooOld, operation: "look at the schema",
                message:
                    "the schema is version \(version), and \(own) is needed; run 'lpr-appliance upstream init' again")
        }
        if compatibleFrom > own {
            throw PostgresError(
                .configuration, .schemaTooNew, operation: "look at the schema",
                message:
                    "the schema is version \(version), for appliances that know \(compatibleFrom); this one knows \(own)"
            )
        }
    }

    private func record() throws(PostgresError) -> SiteRecord {
        let rows = try connection.query(
            """
            SELECT epoch, watermark, opening_id, backfill_after, backfill_through, backfill_from, logs_through \
            FROM lpr.sites WHERE site_id = $1
            """, [siteID], operation: "ask for the watermark")
        guard !rows.rows.isEmpty else {
            throw PostgresError(
                .configuration, .siteUnknown, operation: "ask for the watermark",
                message: "the centre does not know site \(siteID)")
        }
        func number(_ name: String) -> Int64? { rows[0, name].flatMap { Int64($0) } }
        var record = SiteRecord(
            siteID: siteID, epoch: number("epoch") ?? 0, watermark: number("watermark") ?? 0,
            openingID: rows[0, "opening_id"], logsThrough: number("logs_through") ?? 0)
        if let after = number("backfill_after"), let through = number("backfill_through") {
            record.backfill = SiteRecord.Backfill(
                after: after, through: through, from: rows[0, "backfill_from"].flatMap(CentreTime.instant))
        }
        return record
    }

    /// Tells the centre how the site is.
    public func report(_ report: SiteReport) throws(PostgresError) {
        _ = try connection.query(
            "SELECT lpr.report($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                report.version, report.name, report.siteURL, "\(report.lagRows)", "\(report.lagSeconds)",
                "\(report.parkedRows)", report.picturesWaiting.map { "\($0)" }, CentreTime.text(report.now),
            ], operation: "report")
    }
}
