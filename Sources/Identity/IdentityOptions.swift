/// What a site can choose about identity.
public struct IdentityOptions: Sendable {
    /// A cookie session ends when it was not used for this long.
    public var sessionIdleLifetime: Duration = .seconds(12 * 60 * 60)
    /// A cookie session ends after this long, however much it is used.
    public var sessionLifetime: Duration = .seconds(30 * 24 * 60 * 60)
    /// A refresh token that nobody uses ends after this long; each use brings a new one.
    public var refreshLifetime: Duration = .seconds(30 * 24 * 60 * 60)

    /// The most users and keys that there may be (invariant 5).
    var userLimit = 1_000
    var keyLimit = 20_000
    /// Rows that the audit log keeps.
    var auditLimit = 100_000
    var passwordCost = ScryptHash.Cost()
    var passwordObserver: @Sendable (PasswordHasher.Phase) -> Void = { _ in }

    public init() {}
}
