public import Domain
public import Store
public import Vault

/// Who may do what: users, passwords, sessions, tokens, API keys.
///
/// The tables of users and keys in memory are true as long as only this object writes them: the store has one writer in
/// one process (invariant 2), and changes pass `administration` one at a time, the table after its transaction.
///
/// No secret is kept: passwords as scrypt hashes, everything random as SHA-256 (invariant 6).
public final class Identity: Sendable {
    let store: Store
    let clock: WallClock
    let options: IdentityOptions
    let users: UserTable
    let keys: KeyTable
    let sessions: SessionCache
    let accessTokens: AccessTokens
    let passwords: PasswordHasher
    let setupCode: SetupCode
    let deviceKeyUses = DeviceKeyUses()
    let administration = AdmissionGate(limit: 1, waitingLimit: 64)
    /// The delays and locks of failed logins.
    public let loginGuard: LoginGuard
    public let socketTickets: SocketTickets

    /// - Parameters:
    ///   - keys: where the signing key lies; it is made the first time.
    ///   - siteID: names the issuer, so that a token of one site is void at another.
    ///   - clock: for what has a date; `monotonic` for delays and locks.
    /// - Throws: `StoreError`, `VaultError`, or what is wrong with the signing key.
    public init(
        store: Store,
        keys: KeyDirectory,
        siteID: String,
        clock: WallClock,
        monotonic: MonotonicClock = .system(),
        options: IdentityOptions = IdentityOptions()
    ) async throws {
        self.store = store
        self.clock = clock
        self.options = options
        accessTokens = try await AccessTokens(directory: keys, siteID: siteID)
        passwords = try PasswordHasher(cost: options.passwordCost, observer: options.passwordObserver)
        let (userRecords, keyRecords) = try await store.read { database in
            (try UserRecord.all(database), try APIKeyRecord.all(database))
        }
        users = UserTable(userRecords)
        self.keys = KeyTable(keyRecords, disabledDevices: try await store.disabledDeviceIDs())
        sessions = SessionCache(clock: monotonic)
        setupCode = SetupCode(clock: monotonic)
        loginGuard = LoginGuard(clock: monotonic)
        socketTickets = SocketTickets(clock: monotonic)
    }

    /// Writes when keys and sessions were last used, removes sessions that have ended and trims the audit log.
    ///
    /// To be called once a minute, and once before the store closes.
    public func upkeep() async throws {
        let keyUses = keys.unwrittenUses()
        let sessionUses = sessions.unwrittenUses()
        let deviceKeyUses = deviceKeyUses.all
        let idleSince = clock.now() - options.sessionIdleLifetime
        let auditLimit = options.auditLimit
        try await store.write { context in
            try context.noteAPIKeyUse(keyUses)
            try context.noteSessionUse(sessionUses)
            try context.noteDeviceKeyUse(deviceKeyUses)
            try context.deleteEndedSessions(idleSince: idleSince)
            try context.trimAuditLog(to: auditLimit)
        }
        keys.markWritten(keyUses)
        sessions.markWritten(sessionUses)
        self.deviceKeyUses.markWritten(deviceKeyUses)
    }
}
