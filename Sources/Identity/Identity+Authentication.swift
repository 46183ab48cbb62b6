public import Domain
import Store

extension Identity {
    /// The person whose session cookie this is.
    /// - Throws: `IdentityError` `invalidCredentials`, `expired`, `disabled`; `StoreError`.
    public func authenticate(cookie: String) async throws -> Principal {
        guard RandomText.isToken(cookie) else { throw IdentityError.invalidCredentials("malformed session cookie") }
        let digest = SecretDigest(of: cookie)
        let entry: SessionCache.Entry
        switch sessions.find(digest) {
        case .fresh(let known):
            entry = known
        case .unknown(let removals):
            let record = try await store.read { try SessionRecord.withHash(digest.bytes, .cookie, $0) }
            guard let record, case .user(let username) = record.holder else {
                throw IdentityError.invalidCredentials("unknown session")
            }
            entry = sessions.insert(digest, record, username: username, removals: removals)
        }
        let now = clock.now()
        guard now < entry.expiresAt, now.since(entry.lastUsedAt) < options.sessionIdleLifetime else {
            throw IdentityError.expired("session")
        }
        let principal = try users.principal(named: entry.username)
        sessions.noteUse(digest, at: now)
        return principal
    }

    /// Whoever this `Authorization: Bearer` belongs to: an access token or an API key.
    /// - Throws: `IdentityError` `invalidCredentials`, `wrongAudience`, `expired`, `disabled`.
    public func authenticate(bearer: String) async throws(IdentityError) -> Principal {
        if bearer.hasPrefix(APIKeyText.prefix) { return try authenticate(apiKey: bearer) }
        let now = clock.now()
        let claims = try await accessTokens.verify(bearer, at: now)
        guard let subject = TokenSubject(claims.sub) else {
            throw .invalidCredentials("the token's subject is not one of ours")
        }
        switch subject {
        case .user(let name): return try users.principal(named: name, tokenGeneration: claims.gen)
        case .apiKey(let id): return try keys.principal(ofKey: id, at: now)
        }
    }

    /// The holder of an API key. Looks at memory only and never waits: events of cameras come through here.
    /// - Throws: `IdentityError` `invalidCredentials`, `expired`, `disabled`.
    public func authenticate(apiKey: String) throws(IdentityError) -> Principal {
        try keys.authenticate(apiKey, at: clock.now())
    }

    /// To be called after a device's status has changed: from then on its keys are refused, or accepted again.
    public func deviceStatusChanged(_ deviceID: String, to status: EdgeDevice.Status) {
        keys.setDevice(deviceID, isDisabled: status == .disabled)
    }

    /// Whether messages of the device are refused, whoever brings them.
    public func isDeviceDisabled(_ deviceID: String) -> Bool {
        keys.isDeviceDisabled(deviceID)
    }
}

/// Whom an access token speaks for.
enum TokenSubject {
    case user(String)
    case apiKey(String)

    init?(_ text: String) {
        if text.hasPrefix("user:") {
            self = .user(String(text.dropFirst(5)))
        } else if text.hasPrefix("key:") {
            self = .apiKey(String(text.dropFirst(4)))
        } else {
            return nil
        }
    }

    var text: String {
        switch self {
        case .user(let name): "user:" + name
        case .apiKey(let id): "key:" + id
        }
    }
}
