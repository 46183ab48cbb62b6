public import Domain
import GRDB

extension WriteContext {
    /// The most cookies, and the most families of refresh tokens, that one holder can have; the oldest go first.
    private static let sessionLimit = 50
    /// The most replaced refresh tokens that a family remembers, to know one that is used again.
    private static let replacedLimit = 100

    /// Adds a session and removes the oldest of its holder beyond the limit (invariant 5).
    public func insert(_ session: SessionRecord) throws {
        let (column, holder) = session.holder.column
        try database.execute(
            sql: """
                INSERT INTO sessions (token_hash, \(column), kind, family, replaced, address, created_at, last_used_at,
                    expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                session.tokenHash.databaseBytes, holder, session.kind.rawValue, session.family, session.isReplaced,
                session.address, session.createdAt.microseconds, session.lastUsedAt.microseconds,
                session.expiresAt.microseconds,
            ]
        )
        try database.execute(
            sql: """
                DELETE FROM sessions WHERE token_hash IN (
                    SELECT token_hash FROM sessions WHERE \(column) = ? AND kind = ? AND replaced = 0
                    ORDER BY last_used_at DESC, token_hash LIMIT -1 OFFSET ?)
                """,
            arguments: [holder, session.kind.rawValue, Self.sessionLimit]
        )
        guard let family = session.family else { return }
        try database.execute(
            sql: """
                DELETE FROM sessions WHERE token_hash IN (
                    SELECT token_hash FROM sessions WHERE family = ? AND replaced = 1
                    ORDER BY last_used_at DESC, token_hash LIMIT -1 OFFSET ?)
                """,
            arguments: [family, Self.replacedLimit]
        )
    }

    /// Marks a refresh token as used; from now on its use means that it was stolen.
    public func replaceSession(withHash tokenHash: [UInt8]) throws {
        try database.execute(
            sql: "UPDATE sessions SET replaced = 1, last_used_at = ? WHERE token_hash = ?",
            arguments: [now.microseconds, tokenHash.databaseBytes]
        )
    }

    /// Notes when sessions were last used.
    public func noteSessionUse(_ uses: [(tokenHash: [UInt8], at: Instant)]) throws {
        for use in uses {
            try database.execute(
                sql: "UPDATE sessions SET last_used_at = max(last_used_at, ?) WHERE token_hash = ?",
                arguments: [use.at.microseconds, use.tokenHash.databaseBytes]
            )
        }
    }

    public func deleteSession(withHash tokenHash: [UInt8]) throws {
        try database.execute(sql: "DELETE FROM sessions WHERE token_hash = ?", arguments: [tokenHash.databaseBytes])
    }

    public func deleteSessions(ofFamily family: String) throws {
        try database.execute(sql: "DELETE FROM sessions WHERE family = ?", arguments: [family])
    }

    /// Deletes all sessions of a holder, of both kinds, but the one with that hash.
    public func deleteSessions(of holder: SessionRecord.Holder, butHash kept: [UInt8]? = nil) throws {
        let (column, holder) = holder.column
        try database.execute(
            sql: "DELETE FROM sessions WHERE \(column) = ? AND token_hash IS NOT ?",
            arguments: [holder, kept?.databaseBytes]
        )
    }

    /// Deletes what has ended, and cookies that nobody has used since `idleSince`.
    public func deleteEndedSessions(idleSince: Instant) throws {
        try database.execute(
            sql: "DELETE FROM sessions WHERE expires_at <= ? OR (kind = 'cookie' AND last_used_at <= ?)",
            arguments: [now.microseconds, idleSince.microseconds]
        )
    }
}

extension SessionRecord.Holder {
    fileprivate var column: (name: String, value: String) {
        switch self {
        case .user(let username): ("username", username)
        case .apiKey(let keyID): ("key_id", keyID)
        }
    }
}
