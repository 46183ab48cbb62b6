public import Domain
public import GRDB

/// A row of `api_keys`.
public struct APIKeyRecord: Sendable, Hashable, CustomStringConvertible {
    /// The public part of the key, by which it is listed.
    public var keyID: String
    /// SHA-256 of the secret part.
    public var secretHash: [UInt8]
    /// What the key is for, in the words of the person who made it.
    public var name: String
    public var role: Role
    /// The one device that it may speak for; set exactly when the role is `device`.
    public var deviceID: String?
    public var isDisabled: Bool
    public var createdBy: String
    public var createdAt: Instant
    public var lastUsedAt: Instant?
    public var expiresAt: Instant?

    public init(
        keyID: String,
        secretHash: [UInt8],
        name: String,
        role: Role,
        deviceID: String?,
        isDisabled: Bool = false,
        createdBy: String,
        createdAt: Instant,
        lastUsedAt: Instant? = nil,
        expiresAt: Instant?
    ) {
        self.keyID = keyID
        self.secretHash = secretHash
        self.name = name
        self.role = role
        self.deviceID = deviceID
        self.isDisabled = isDisabled
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
    }

    public var description: String { "API key \(keyID), \(role.rawValue)\(isDisabled ? ", disabled" : "")" }

    /// All keys, newest first.
    public static func all(_ database: Database) throws -> [APIKeyRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM api_keys ORDER BY created_at DESC, key_id")
            .map(APIKeyRecord.init(row:))
    }

    public static func withID(_ keyID: String, _ database: Database) throws -> APIKeyRecord? {
        try Row.fetchOne(database, sql: "SELECT * FROM api_keys WHERE key_id = ?", arguments: [keyID])
            .map(APIKeyRecord.init(row:))
    }

    public static func count(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM api_keys") ?? 0
    }

    private init(row: Row) throws {
        keyID = row["key_id"]
        secretHash = [UInt8](databaseBytes: row["secret_hash"])
        name = row["name"]
        role = try Role(stored: row["role"])
        deviceID = row["device_id"]
        isDisabled = row["disabled"]
        createdBy = row["created_by"]
        createdAt = Instant(microseconds: row["created_at"])
        lastUsedAt = (row["last_used_at"] as Int64?).map(Instant.init(microseconds:))
        expiresAt = (row["expires_at"] as Int64?).map(Instant.init(microseconds:))
    }
}

extension WriteContext {
    public func insert(_ key: APIKeyRecord) throws {
        try database.execute(
            sql: """
                INSERT INTO api_keys (key_id, secret_hash, name, role, device_id, disabled, created_by, created_at,
                    last_used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.keyID, key.secretHash.databaseBytes, key.name, key.role.rawValue, key.deviceID, key.isDisabled,
                key.createdBy, key.createdAt.microseconds, key.lastUsedAt?.microseconds, key.expiresAt?.microseconds,
            ]
        )
    }

    /// Writes what can change: name, disabled, expiry.
    public func update(_ key: APIKeyRecord) throws {
        try database.execute(
            sql: "UPDATE api_keys SET name = ?, disabled = ?, expires_at = ? WHERE key_id = ?",
            arguments: [key.name, key.isDisabled, key.expiresAt?.microseconds, key.keyID]
        )
    }

    /// Deletes the key with all sessions that came from it.
    public func deleteAPIKey(withID keyID: String) throws {
        try database.execute(sql: "DELETE FROM api_keys WHERE key_id = ?", arguments: [keyID])
    }

    /// Notes when keys were last used.
    public func noteAPIKeyUse(_ uses: [(keyID: String, at: Instant)]) throws {
        for use in uses {
            try database.execute(
                sql: "UPDATE api_keys SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE key_id = ?",
                arguments: [use.at.microseconds, use.keyID]
            )
        }
    }
}
