public import Domain
public import GRDB

/// Some rows of the change feed with what they tell of, as it is now.
public struct FeedPage: Sendable {
    public let changes: [CommittedChange]
    /// The last row that was read; what it tells of may be gone, so that `changes` ends earlier.
    public let lastSequence: Int64
    /// Whether rows behind `lastSequence` were there.
    public let hasMore: Bool
    /// Whether all rows behind the cursor were still there.
    public let isComplete: Bool

    /// The most rows of one page.
    public static let pageLimit = 500

    /// The rows behind a cursor, oldest first.
    ///
    /// An event that was stored and deleted since is told of by its deletion alone.
    /// - Parameters:
    ///   - cursor: a number of the feed; 0 for all that is kept.
    ///   - limit: 1…`pageLimit`; what lies outside is brought inside.
    public static func after(_ cursor: Int64, limit: Int, _ database: Database) throws -> FeedPage {
        let limit = min(max(limit, 1), pageLimit)
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT sequence, entity, entity_key, operation FROM changes
                    WHERE sequence > ? ORDER BY sequence LIMIT ?
                    """),
            arguments: [cursor, limit + 1])
        let first = try Int64.fetchOne(database, sql: "SELECT min(sequence) FROM changes")
        var changes: [CommittedChange] = []
        for row in rows.prefix(limit) {
            guard let kind = try kind(of: row, database) else { continue }
            changes.append(CommittedChange(sequence: row[0], kind: kind))
        }
        return FeedPage(
            changes: changes, lastSequence: rows.prefix(limit).last.map { $0[0] } ?? cursor,
            hasMore: rows.count > limit, isComplete: first.map { cursor >= $0 - 1 } ?? (cursor == 0))
    }

    /// The number of the newest row; 0 when there is none.
    public static func newestSequence(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM changes") ?? 0
    }

    /// The number of the oldest row that is kept; nil when there is none.
    public static func oldestSequence(_ database: Database) throws -> Int64? {
        try Int64.fetchOne(database, sql: "SELECT min(sequence) FROM changes")
    }

    /// When the first row behind a number was committed; nil when there is none.
    public static func firstChange(after sequence: Int64, _ database: Database) throws -> Instant? {
        try Int64.fetchOne(
            database.cachedStatement(
                sql: "SELECT changed_at FROM changes WHERE sequence > ? ORDER BY sequence LIMIT 1"),
            arguments: [sequence]
        ).map(Instant.init(microseconds:))
    }

    private static func kind(of row: Row, _ database: Database) throws -> CommittedChange.Kind? {
        let key: String = row[2]
        switch (row[1] as String, row[3] as String) {
        case ("lpr_events", "insert"): return try LPREvent.fetch(eventID: key, database).map { .eventStored($0) }
        case ("lpr_events", "update"): return try LPREvent.fetch(eventID: key, database).map { .eventCorrected($0) }
        case ("lpr_events", "delete"): return .eventDeleted(eventID: key)
        case ("lpr_events", "expire"): return .eventExpired(eventID: key)
        case ("edge_devices", _): return .deviceChanged(deviceID: key)
        default: return nil
        }
    }
}
