public import Domain
public import GRDB

/// A row of `audit_log`: who did what to which object. Never holds a secret (invariant 6).
public struct AuditEntry: Sendable, Hashable {
    public var at: Instant
    public var actor: String
    /// Such as `user.create`.
    public var action: String
    /// The name of what was acted on.
    public var object: String
    /// A JSON object as text.
    public var detail: String

    /// The newest entries, newest first.
    public static func newest(_ limit: Int, _ database: Database) throws -> [AuditEntry] {
        try Row.fetchAll(database, sql: "SELECT * FROM audit_log ORDER BY id DESC LIMIT ?", arguments: [limit]).map {
            AuditEntry(
                at: Instant(microseconds: $0["at"]),
                actor: $0["actor"],
                action: $0["action"],
                object: $0["object"],
                detail: $0["detail"]
            )
        }
    }
}

extension WriteContext {
    /// Keeps the newest rows of the audit log (invariant 5).
    public func trimAuditLog(to rows: Int) throws {
        try database.execute(
            sql: "DELETE FROM audit_log WHERE id <= (SELECT max(id) FROM audit_log) - ?",
            arguments: [rows]
        )
    }
}
