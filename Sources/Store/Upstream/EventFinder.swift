import Domain
import GRDB

/// A row of the feed.
struct FeedRow {
    let sequence: Int64
    let entity: String
    let key: String
    let isDeletion: Bool
    let isInsertion: Bool
    let changedAt: Instant

    /// - Parameter row: `sequence, entity, entity_key, operation, changed_at`.
    init(_ row: Row) {
        sequence = row[0]
        entity = row[1]
        key = row[2]
        let operation: String = row[3]
        isDeletion = operation == "delete"
        isInsertion = operation == "insert"
        changedAt = Instant(microseconds: row[4])
    }
}

/// Finds the events that rows of the feed tell of.
///
/// Events are given their numbers in the order in which the feed tells of their coming. So once one of them is found, the
/// next ones stand behind it, and are walked along instead of looked up: ids are random, and on a flash disk each look-up
/// in a large index costs a read. What was deleted or came again since is not there and is looked up.
struct EventFinder {
    private let database: Database
    private var walk: RowCursor?
    /// Where the walk stands.
    private var ahead: Row?

    init(_ database: Database) {
        self.database = database
    }

    /// - Parameter isWanted: whether the event is not in the batch yet.
    /// - Returns: the event as it is now; and its number, when this row of the feed is the one that tells of its coming.
    mutating func find(_ change: FeedRow, isWanted: Bool) throws -> (event: LPREvent?, insertedRow: Int64?) {
        if change.isInsertion, let row = ahead, row[1] as String == change.key {
            let event = LPREvent(row: row)
            ahead = try walk?.next()
            return (isWanted ? event : nil, Self.row(of: event, in: change))
        }
        guard isWanted, let event = try LPREvent.fetch(eventID: change.key, database) else { return (nil, nil) }
        let row = Self.row(of: event, in: change)
        if let row, walk == nil {
            walk = try Row.fetchCursor(
                database.cachedStatement(
                    sql: "SELECT \(LPREvent.columns) FROM lpr_events e WHERE e.id > ? ORDER BY e.id"),
                arguments: [row])
            ahead = try walk?.next()
        }
        return (event, row)
    }

    /// An event that was deleted behind this row of the feed and has come again has a number beyond others that are still
    /// to come; it was created at another time than this row.
    private static func row(of event: LPREvent, in change: FeedRow) -> Int64? {
        change.isInsertion && event.createdAt == change.changedAt ? event.rowID : nil
    }
}
