public import Domain
public import GRDB

/// An event as far as its pictures go.
public struct PicturedEvent: Sendable, Hashable {
    public let rowID: Int64
    public let eventID: String
    public let capturedAt: Instant
    /// Below `images/`; nil when there is none, or no longer.
    public let imagePath: String?
    public let plateImagePath: String?
    public let thumbnailPath: String?

    private static let columns = "id, event_id, captured_at, image_path, plate_image_path, thumbnail_path"

    private init(_ row: Row) {
        rowID = row[0]
        eventID = row[1]
        capturedAt = Instant(microseconds: row[2])
        imagePath = row[3]
        plateImagePath = row[4]
        thumbnailPath = row[5]
    }

    private var hasPictures: Bool { imagePath != nil || plateImagePath != nil || thumbnailPath != nil }

    /// The events of these ids that have pictures.
    public static func fetch(_ eventIDs: [String], _ database: Database) throws -> [PicturedEvent] {
        let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM lpr_events WHERE event_id = ?")
        return try eventIDs.compactMap { id in
            try Row.fetchOne(statement, arguments: [id]).map(PicturedEvent.init)
        }.filter(\.hasPictures)
    }

    /// Events with pictures in the order of their rows.
    public struct Page: Sendable, Hashable {
        public let events: [PicturedEvent]
        /// Where the next page begins: the last row that was looked at, `throughRow` at the end.
        public let lastRow: Int64
    }

    /// Rows that are looked at for one page; a page of few events among many without pictures is soon there.
    static let lookLimit = 5_000

    /// - Parameters:
    ///   - afterRow: `lastRow` of the page before; 0 at first.
    ///   - throughRow: the last `id` that is wanted.
    ///   - limit: the most events, 1 or more.
    public static func page(
        afterRow: Int64, throughRow: Int64, limit: Int, _ database: Database
    ) throws -> Page {
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT \(columns) FROM lpr_events WHERE id > ? AND id <= ? ORDER BY id LIMIT \(lookLimit)"),
            arguments: [afterRow, throughRow])
        var events: [PicturedEvent] = []
        var looked = 0
        var lastRow = afterRow
        while events.count < max(1, limit), let row = try cursor.next() {
            let event = PicturedEvent(row)
            if event.hasPictures { events.append(event) }
            looked += 1
            lastRow = event.rowID
        }
        let hasMore = events.count == max(1, limit) || looked == lookLimit
        return Page(events: events, lastRow: hasMore ? lastRow : max(afterRow, throughRow))
    }

    /// About how many events behind a row have a picture: exact for the first 5,000 rows, and beyond those as many in
    /// proportion.
    public static func count(afterRow: Int64, _ database: Database) throws -> Int64 {
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT id, image_path IS NOT NULL OR thumbnail_path IS NOT NULL FROM lpr_events
                    WHERE id > ? ORDER BY id LIMIT \(lookLimit)
                    """),
            arguments: [afterRow])
        var (found, looked, last) = (Int64(0), Int64(0), afterRow)
        while let row = try cursor.next() {
            if row[1] { found += 1 }
            looked += 1
            last = row[0]
        }
        guard looked == lookLimit else { return found }
        let beyond = max(0, try BackfillPage.newestRow(database) - last)
        return found + Int64(Double(beyond) * Double(found) / Double(looked))
    }
}
