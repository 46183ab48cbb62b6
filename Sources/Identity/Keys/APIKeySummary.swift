public import Domain
import Store

/// An API key as administrators see it.
public struct APIKeySummary: Sendable, Hashable {
    /// The public part, by which it is listed.
    public let id: String
    public let name: String
    public let role: Role
    public let deviceID: String?
    public let isDisabled: Bool
    public let createdBy: String
    public let createdAt: Instant
    public let lastUsedAt: Instant?
    public let expiresAt: Instant?

    init(_ record: APIKeyRecord, lastUsedAt: Instant?) {
        id = record.keyID
        name = record.name
        role = record.role
        deviceID = record.deviceID
        isDisabled = record.isDisabled
        createdBy = record.createdBy
        createdAt = record.createdAt
        self.lastUsedAt = lastUsedAt ?? record.lastUsedAt
        expiresAt = record.expiresAt
    }
}

/// A key to be made.
public struct APIKeyDraft: Sendable {
    /// What it is for, 1 to 100 characters.
    public var name: String
    public var role: Role
    /// Exactly for the role `device`.
    public var deviceID: String?
    /// nil for never.
    public var expiresAt: Instant?

    public init(name: String, role: Role, deviceID: String? = nil, expiresAt: Instant? = nil) {
        self.name = name
        self.role = role
        self.deviceID = deviceID
        self.expiresAt = expiresAt
    }
}

/// What is to change about a key; nil leaves it.
public struct APIKeyChange: Sendable {
    public var name: String?
    public var isDisabled: Bool?
    /// The inner nil means never.
    public var expiresAt: Instant??

    public init(name: String? = nil, isDisabled: Bool? = nil, expiresAt: Instant?? = nil) {
        self.name = name
        self.isDisabled = isDisabled
        self.expiresAt = expiresAt
    }
}
