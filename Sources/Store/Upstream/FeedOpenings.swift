import GRDB

/// The table `feed_openings`, written and kept small (invariant 5).
///
/// Each opening has a row of the feed at least, so that they are as few as the rows that are kept. Should something
/// restart the appliance thousands of times, those that the centre has passed are forgotten, and the youngest of the
/// others become one with a new name.
enum FeedOpenings {
    /// Openings that are kept apart; some 60 bytes each.
    static let limit = 1_000

    /// Writes down that an opening writes from `sequence` on.
    static func note(_ id: String, from sequence: Int64, _ context: WriteContext) throws {
        let database = context.database
        try bound(context)
        // Only somebody who has cut the end of the feed off has left any.
        try database.execute(sql: "DELETE FROM feed_openings WHERE first_sequence >= ?", arguments: [sequence])
        try database.execute(
            sql: "INSERT INTO feed_openings (first_sequence, opening_id) VALUES (?, ?)", arguments: [sequence, id])
    }

    static func bound(_ context: WriteContext) throws {
        let database = context.database
        let kept = try Int64.fetchOne(database, sql: "SELECT min(sequence) FROM changes") ?? 1
        let confirmed = context.upstream.lastFreeSequence
        try forget(below: min(confirmed, kept - 1), database)
        guard try count(database) > limit else { return }
        try forget(below: confirmed, database)
        guard try count(database) > limit else { return }
        // The oldest stay: the centre is at one of them, or a batch behind it.
        let half = limit / 2
        let first = try Int64.fetchOne(
            database, sql: "SELECT first_sequence FROM feed_openings ORDER BY first_sequence LIMIT 1 OFFSET \(half)")
        guard let first else { return }
        try database.execute(sql: "DELETE FROM feed_openings WHERE first_sequence >= ?", arguments: [first])
        try database.execute(
            sql: "INSERT INTO feed_openings (first_sequence, opening_id) VALUES (?, ?)",
            arguments: [first, FeedLineage.newID()])
    }

    /// Forgets those before the last one that begins at `sequence` or below it.
    private static func forget(below sequence: Int64, _ database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM feed_openings WHERE first_sequence <
                    (SELECT max(first_sequence) FROM feed_openings WHERE first_sequence <= ?)
                """,
            arguments: [sequence])
    }

    private static func count(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM feed_openings") ?? 0
    }
}
