public import Domain
public import GRDB

/// Where the feed and the rejected messages begin and end now.
public struct OutboundEnds: Sendable, Hashable {
    /// Of the oldest change that is kept; nil when none is.
    public let firstChange: Int64?
    /// Of the newest change; 0 when none is kept.
    public let lastChange: Int64
    public let firstRejected: Int64?
    public let lastRejected: Int64

    public init(_ database: Database) throws {
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT (SELECT min(sequence) FROM changes), (SELECT max(sequence) FROM changes),
                        (SELECT min(id) FROM rejected_messages), (SELECT max(id) FROM rejected_messages)
                    """))
        firstChange = row?[0]
        lastChange = row?[1] ?? 0
        firstRejected = row?[2]
        lastRejected = row?[3] ?? 0
    }

    /// How many events were stored behind one change up to another.
    public static func storedEvents(after first: Int64, through last: Int64, _ database: Database) throws -> Int64 {
        try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT count(*) FROM changes
                    WHERE sequence > ? AND sequence <= ? AND entity = 'lpr_events' AND operation = 'insert'
                    """),
            arguments: [first, last]) ?? 0
    }

    /// The same for events that match; those that were deleted since do not count.
    public static func storedEvents(
        after first: Int64, through last: Int64, _ database: Database, where isCounted: (LPREvent) -> Bool
    ) throws -> Int64 {
        var cursor = first
        var count: Int64 = 0
        while cursor < last {
            let page = try FeedPage.after(cursor, limit: Int(clamping: last - cursor), database)
            for case .eventStored(let event) in page.changes.map(\.kind) where isCounted(event) { count += 1 }
            guard page.hasMore else { break }
            cursor = page.lastSequence
        }
        return count
    }
}
