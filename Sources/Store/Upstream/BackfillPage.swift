public import Domain
public import GRDB

/// Events in the order of their rows, for a central database that the feed alone cannot bring up to date.
///
/// The rows are stamped with `newestSequence` of the same view: whatever the feed tells of them behind it is newer.
public struct BackfillPage: Sendable {
    public let events: [LPREvent]
    /// The number of the newest row of the feed in this view; 0 when there is none.
    public let newestSequence: Int64
    /// Where the next page begins: the last row that was looked at, `throughRow` at the end.
    public let lastRow: Int64
    /// Whether rows up to `throughRow` are still to be looked at.
    public let hasMore: Bool

    /// Rows that are looked at for one page, so that a page of a few young events among many old ones does not hold its
    /// view for long.
    static let lookLimit = 20_000

    /// - Parameters:
    ///   - afterRow: `lastRow` of the page before; 0 at first.
    ///   - throughRow: the last `id` that is wanted, see `newestRow`.
    ///   - from: without events both captured and received before it; nil for all.
    ///   - rows: the most events, 1 or more.
    ///   - bytes: as in `FeedBatch.read`.
    ///   - database: in one transaction, as `Store.read` gives it.
    public static func read(
        afterRow: Int64, throughRow: Int64, from: Instant?, rows: Int, bytes: Int, _ database: Database
    ) throws -> BackfillPage {
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT \(LPREvent.columns) FROM lpr_events e WHERE e.id > ? AND e.id <= ?
                    ORDER BY e.id LIMIT \(lookLimit)
                    """),
            arguments: [afterRow, throughRow])
        let earliest = from?.microseconds ?? .min
        var events: [LPREvent] = []
        var taken = 0
        var looked = 0
        var lastRow = afterRow
        var isFull = false
        while let row = try cursor.next() {
            if row[LPREvent.capturedAtColumn] >= earliest || row[LPREvent.receivedAtColumn] >= earliest {
                let event = LPREvent(row: row)
                taken += event.transferBytes
                guard events.isEmpty || (taken <= bytes && events.count < rows) else {
                    isFull = true
                    break
                }
                events.append(event)
            }
            looked += 1
            lastRow = row[0]
        }
        let hasMore = isFull || looked == lookLimit
        return BackfillPage(
            events: events, newestSequence: try FeedPage.newestSequence(database),
            lastRow: hasMore ? lastRow : max(afterRow, throughRow), hasMore: hasMore)
    }

    /// The `id` of the newest event; 0 when there is none.
    public static func newestRow(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT max(id) FROM lpr_events") ?? 0
    }
}

/// Devices in the order of their ids, as `BackfillPage` gives events.
public struct AllDevices: Sendable {
    public let devices: [EdgeDevice]
    /// As in `BackfillPage`.
    public let newestSequence: Int64
    /// The cursor of the page behind this one; nil when nothing follows.
    public let next: String?

    /// - Parameters:
    ///   - cursor: `next` of the page before; nil at first.
    ///   - limit: 1…`EdgeDevice.pageLimit`; what lies outside is brought inside.
    public static func read(after cursor: String?, limit: Int, _ database: Database) throws -> AllDevices {
        let page = try EdgeDevice.page(after: cursor, limit: limit, database)
        return AllDevices(
            devices: page.devices, newestSequence: try FeedPage.newestSequence(database), next: page.next)
    }
}
