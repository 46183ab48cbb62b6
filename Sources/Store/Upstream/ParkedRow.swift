public import Domain
public import GRDB

/// A row that the central database did not take for what is in it: a row of `upstream_parked`.
public struct ParkedRow: Sendable, Hashable {
    /// Given by the store; rises.
    public var id: Int64
    /// As in the feed: `lpr_events`, `edge_devices`.
    public var entity: String
    public var key: String
    /// As in the feed: `insert`, `update`, `delete`.
    public var operation: String
    /// Where in the feed it was last tried.
    public var sequence: Int64
    /// PostgreSQL's five characters.
    public var sqlstate: String
    /// Why, for people; at most `messageLimit` characters, never a secret.
    public var message: String
    /// When it was parked first.
    public var parkedAt: Instant
    /// How often it was tried.
    public var attempts: Int64

    public static let messageLimit = 1_000
    /// Rows that are kept (invariant 5). When so many are bad, the row is not at fault.
    public static let rowLimit = 10_000
    /// The most rows of one page.
    public static let pageLimit = 500

    public init(
        id: Int64 = 0, entity: String, key: String, operation: String, sequence: Int64, sqlstate: String,
        message: String, parkedAt: Instant, attempts: Int64 = 1
    ) {
        self.id = id
        self.entity = entity
        self.key = key
        self.operation = operation
        self.sequence = sequence
        self.sqlstate = sqlstate
        self.message = message
        self.parkedAt = parkedAt
        self.attempts = attempts
    }

    private static let columns = """
        id, entity, entity_key, operation, sequence, sqlstate, message, parked_at, attempts
        """

    private init(row: Row) {
        self.init(
            id: row[0], entity: row[1], key: row[2], operation: row[3], sequence: row[4], sqlstate: row[5],
            message: row[6], parkedAt: Instant(microseconds: row[7]), attempts: row[8])
    }

    /// Oldest first.
    /// - Parameters:
    ///   - after: the `id` behind which the page begins; nil for the first page.
    ///   - limit: 1…`pageLimit`; what lies outside is brought inside.
    public static func page(after id: Int64?, limit: Int, _ database: Database) throws -> [ParkedRow] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT \(columns) FROM upstream_parked WHERE id > ? ORDER BY id LIMIT ?"),
            arguments: [id ?? 0, min(max(limit, 1), pageLimit)]
        ).map(ParkedRow.init(row:))
    }

    public static func fetch(id: Int64, _ database: Database) throws -> ParkedRow? {
        try Row.fetchOne(
            database.cachedStatement(sql: "SELECT \(columns) FROM upstream_parked WHERE id = ?"), arguments: [id]
        ).map(ParkedRow.init(row:))
    }

    /// How many rows are parked.
    public static func count(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT count(*) FROM upstream_parked") ?? 0
    }
}

extension WriteContext {
    /// Puts a row aside that the centre does not take. One that is there already counts one attempt more, and keeps its
    /// `id` and when it was parked first.
    /// - Returns: false when `ParkedRow.rowLimit` rows are parked already and this one is not among them: then it is not
    ///   kept, and must not be passed over.
    public func park(_ row: ParkedRow) throws -> Bool {
        let isThere =
            try Int.fetchOne(
                database.cachedStatement(sql: "SELECT 1 FROM upstream_parked WHERE entity = ? AND entity_key = ?"),
                arguments: [row.entity, row.key]) != nil
        guard try isThere || ParkedRow.count(database) < ParkedRow.rowLimit else { return false }
        try database.cachedStatement(
            sql: """
                INSERT INTO upstream_parked (
                    entity, entity_key, operation, sequence, sqlstate, message, parked_at, attempts)
                VALUES (?,?,?,?,?,?,?,?)
                ON CONFLICT (entity, entity_key) DO UPDATE SET operation = excluded.operation,
                    sequence = excluded.sequence, sqlstate = excluded.sqlstate, message = excluded.message,
                    attempts = attempts + 1
                """
        ).execute(arguments: [
            row.entity, row.key, row.operation, row.sequence, String(row.sqlstate.prefix(5)),
            String(row.message.prefix(ParkedRow.messageLimit)), row.parkedAt.microseconds, row.attempts,
        ])
        return true
    }

    /// Takes a row back that the centre has now, or that nobody wants there any more.
    /// - Returns: whether it was parked.
    @discardableResult
    public func unpark(entity: String, key: String) throws -> Bool {
        try database.cachedStatement(sql: "DELETE FROM upstream_parked WHERE entity = ? AND entity_key = ?")
            .execute(arguments: [entity, key])
        return database.changesCount > 0
    }
}
