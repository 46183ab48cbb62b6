public import Domain
import Store

/// A user as administrators see it.
public struct UserSummary: Sendable, Hashable {
    public let username: String
    public let role: Role
    public let isDisabled: Bool
    public let lastLoginAt: Instant?
    public let createdAt: Instant
    public let updatedAt: Instant

    init(_ record: UserRecord) {
        username = record.username
        role = record.role
        isDisabled = record.isDisabled
        lastLoginAt = record.lastLoginAt
        createdAt = record.createdAt
        updatedAt = record.updatedAt
    }
}

/// What is to change about a user; nil leaves it.
public struct UserChange: Sendable {
    public var role: Role?
    public var password: String?
    public var isDisabled: Bool?

    public init(role: Role? = nil, password: String? = nil, isDisabled: Bool? = nil) {
        self.role = role
        self.password = password
        self.isDisabled = isDisabled
    }
}
