/// A change that the central database refuses for what is in it; those behind it went on.
public struct UpstreamParkedRow: Sendable, Hashable {
    public let id: Int64
    /// The word of the change feed, such as `lpr_events`.
    public let entity: String
    /// The key of the row within its entity, such as an event id.
    public let key: String
    /// The word of the change feed, such as `update`.
    public let operation: String
    /// Its row of the change feed.
    public let sequence: Int64
    /// Five characters (PostgreSQL, appendix A).
    public let sqlState: String
    /// What the centre says is wrong.
    public let message: String
    public let parkedAt: Instant
    /// How often it was sent, at least 1.
    public let attempts: Int64

    public init(
        id: Int64, entity: String, key: String, operation: String, sequence: Int64, sqlState: String, message: String,
        parkedAt: Instant, attempts: Int64
    ) {
        self.id = id
        self.entity = entity
        self.key = key
        self.operation = operation
        self.sequence = sequence
        self.sqlState = sqlState
        self.message = message
        self.parkedAt = parkedAt
        self.attempts = attempts
    }
}
