public import Domain
public import GRDB

/// A row of `sessions`: a cookie, or one link of a chain of refresh tokens.
public struct SessionRecord: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        case cookie
        case refresh
    }

    /// Whose session it is.
    public enum Holder: Sendable, Hashable {
        case user(String)
        case apiKey(String)
    }

    /// SHA-256 of the token; the token itself is nowhere.
    public var tokenHash: [UInt8]
    public var holder: Holder
    public var kind: Kind
    /// What all refresh tokens that came from one login have in common; nil for cookies.
    public var family: String?
    /// Whether a newer token of the family has taken its place.
    public var isReplaced: Bool
    /// The address that logged in.
    public var address: String?
    public var createdAt: Instant
    public var lastUsedAt: Instant
    /// The end, however much it is used.
    public var expiresAt: Instant

    public init(
        tokenHash: [UInt8],
        holder: Holder,
        kind: Kind,
        family: String? = nil,
        isReplaced: Bool = false,
        address: String?,
        createdAt: Instant,
        lastUsedAt: Instant,
        expiresAt: Instant
    ) {
        self.tokenHash = tokenHash
        self.holder = holder
        self.kind = kind
        self.family = family
        self.isReplaced = isReplaced
        self.address = address
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
    }

    public var description: String { "\(kind.rawValue) session of \(holder)" }

    public static func withHash(_ tokenHash: [UInt8], _ kind: Kind, _ database: Database) throws -> SessionRecord? {
        try Row.fetchOne(
            database,
            sql: "SELECT * FROM sessions WHERE token_hash = ? AND kind = ?",
            arguments: [tokenHash.databaseBytes, kind.rawValue]
        ).map(SessionRecord.init(row:))
    }

    private init(row: Row) throws {
        tokenHash = [UInt8](databaseBytes: row["token_hash"])
        switch (row["username"] as String?, row["key_id"] as String?) {
        case (let username?, _): holder = .user(username)
        case (nil, let keyID?): holder = .apiKey(keyID)
        case (nil, nil):
            throw StoreError(.corrupt, operation: "read session", detail: "a session belongs to nobody")
        }
        guard let kind = Kind(rawValue: row["kind"]) else {
            throw StoreError(.corrupt, operation: "read session", detail: "unknown kind of session")
        }
        self.kind = kind
        family = row["family"]
        isReplaced = row["replaced"]
        address = row["address"]
        createdAt = Instant(microseconds: row["created_at"])
        lastUsedAt = Instant(microseconds: row["last_used_at"])
        expiresAt = Instant(microseconds: row["expires_at"])
    }
}
