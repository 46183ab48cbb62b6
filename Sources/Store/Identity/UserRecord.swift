public import Domain
public import GRDB

/// A row of `users`. Names differ by more than case; the row keeps the spelling of its first day.
public struct UserRecord: Sendable, Hashable, CustomStringConvertible {
    public var username: String
    public var role: Role
    /// The encoded scrypt hash; never leaves the appliance.
    public var passwordHash: String
    public var isDisabled: Bool
    /// Access tokens of another generation are refused. Begins with the time of creation, so that tokens of a deleted
    /// user never fit a later one of the same name.
    public var tokenGeneration: Int64
    public var lastLoginAt: Instant?
    public var createdAt: Instant
    public var updatedAt: Instant

    public init(
        username: String,
        role: Role,
        passwordHash: String,
        isDisabled: Bool = false,
        tokenGeneration: Int64,
        lastLoginAt: Instant? = nil,
        createdAt: Instant,
        updatedAt: Instant
    ) {
        self.username = username
        self.role = role
        self.passwordHash = passwordHash
        self.isDisabled = isDisabled
        self.tokenGeneration = tokenGeneration
        self.lastLoginAt = lastLoginAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var description: String { "user \(username), \(role.rawValue)\(isDisabled ? ", disabled" : "")" }

    /// All users by name.
    public static func all(_ database: Database) throws -> [UserRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM users ORDER BY username").map(UserRecord.init(row:))
    }

    /// The user of that name in any case.
    public static func named(_ username: String, _ database: Database) throws -> UserRecord? {
        try Row.fetchOne(database, sql: "SELECT * FROM users WHERE username = ?", arguments: [username])
            .map(UserRecord.init(row:))
    }

    public static func count(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM users") ?? 0
    }

    /// Whether that user is an admin who may log in, and the only one.
    public static func isLastAdmin(_ username: String, _ database: Database) throws -> Bool {
        guard let user = try named(username, database), user.role == .admin, !user.isDisabled else { return false }
        let others = try Int.fetchOne(
            database,
            sql: "SELECT count(*) FROM users WHERE role = 'admin' AND disabled = 0 AND username <> ?",
            arguments: [username]
        )
        return others == 0
    }

    private init(row: Row) throws {
        username = row["username"]
        role = try Role(stored: row["role"])
        passwordHash = row["password_hash"]
        isDisabled = row["disabled"]
        tokenGeneration = row["token_generation"]
        lastLoginAt = (row["last_login_at"] as Int64?).map(Instant.init(microseconds:))
        createdAt = Instant(microseconds: row["created_at"])
        updatedAt = Instant(microseconds: row["updated_at"])
    }
}

extension WriteContext {
    public func insert(_ user: UserRecord) throws {
        try database.execute(
            sql: """
                INSERT INTO users (username, role, password_hash, disabled, token_generation, last_login_at,
                    created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                user.username, user.role.rawValue, user.passwordHash, user.isDisabled, user.tokenGeneration,
                user.lastLoginAt?.microseconds, user.createdAt.microseconds, user.updatedAt.microseconds,
            ]
        )
    }

    /// Writes everything but the name and the day of creation.
    public func update(_ user: UserRecord) throws {
        try database.execute(
            sql: """
                UPDATE users SET role = ?, password_hash = ?, disabled = ?, token_generation = ?, last_login_at = ?,
                    updated_at = ? WHERE username = ?
                """,
            arguments: [
                user.role.rawValue, user.passwordHash, user.isDisabled, user.tokenGeneration,
                user.lastLoginAt?.microseconds, user.updatedAt.microseconds, user.username,
            ]
        )
    }

    /// Deletes the user with all sessions.
    public func deleteUser(named username: String) throws {
        try database.execute(sql: "DELETE FROM users WHERE username = ?", arguments: [username])
    }
}

extension Role {
    /// - Throws: `StoreError` `corrupt` for a word that no version of ours writes.
    init(stored text: String) throws {
        guard let role = Role(rawValue: text) else {
            throw StoreError(.corrupt, operation: "read role", detail: "unknown role in the database")
        }
        self = role
    }
}
