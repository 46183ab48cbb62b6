public import Domain
import Store

/// A session that has just begun.
public struct OpenedSession: Sendable {
    public let principal: Principal
    /// The value of the session cookie.
    public let cookie: SecretText
    /// When it ends at the latest.
    public let expiresAt: Instant
}

extension Identity {
    /// Opens a session for the web page.
    /// - Parameter address: where the request came from, as text.
    /// - Throws: `IdentityError` `invalidCredentials`, `disabled`, `tooManyAttempts`, `busy`; `StoreError`.
    public func login(username: String, password: String, address: String) async throws -> OpenedSession {
        let user = try await checkedUser(username: username, password: password, address: address)
        let cookie = RandomText.token()
        let session = newSession(token: cookie, of: .user(user.username), address: address)
        try await store.write { context -> Result<Void, IdentityError> in
            // The password may have changed, or the account gone, while the hash was computed.
            guard var current = try UserRecord.named(user.username, context.database),
                !current.isDisabled, current.tokenGeneration == user.tokenGeneration
            else { return .failure(.wrongLogin("the user changed during the login")) }
            current.lastLoginAt = context.now
            try context.update(current)
            try context.insert(session)
            try context.audit(
                actor: current.username,
                action: "session.open",
                object: current.username,
                detail: ["address": .string(address)]
            )
            return .success(())
        }.get()
        return OpenedSession(
            principal: try users.principal(named: user.username),
            cookie: SecretText(cookie),
            expiresAt: session.expiresAt
        )
    }

    /// Ends a session; one that does not exist has ended.
    public func logout(cookie: String) async throws {
        guard RandomText.isToken(cookie) else { return }
        let digest = SecretDigest(of: cookie)
        try await store.write { context in
            guard let session = try SessionRecord.withHash(digest.bytes, .cookie, context.database),
                case .user(let username) = session.holder
            else { return }
            try context.deleteSession(withHash: digest.bytes)
            try context.audit(actor: username, action: "session.close", object: username)
        }
        sessions.remove(digest)
    }

    /// The user with that name and password; counts failures for the lock.
    func checkedUser(username: String, password: String, address: String) async throws -> UserRecord {
        // What cannot be a name shares one record of the guard, so that nobody fills its memory with long texts.
        let isPlausible = PasswordRule.isUsername(username) && password.utf8.count <= PasswordRule.byteLimit
        let attempt: LoginGuard.Attempt
        switch loginGuard.attempt(account: isPlausible ? username : "", address: AddressGroup(address)) {
        case .refused(let retryAfter): throw IdentityError.tooManyAttempts(retryAfter: retryAfter)
        case .allowed(let allowed): attempt = allowed
        }
        guard isPlausible else { throw IdentityError.wrongLogin("this can be no user name or no password") }
        let user: UserRecord?
        let fits: Bool
        do {
            user = try await store.read { try UserRecord.named(username, $0) }
            fits = try await passwords.verify(password, against: user?.passwordHash)
        } catch {
            loginGuard.withdrawn(attempt)
            throw error
        }
        guard let user, fits else { throw IdentityError.wrongLogin(user == nil ? "unknown user" : "wrong password") }
        loginGuard.succeeded(attempt)
        // Only who knows the password hears that the account is disabled.
        guard !user.isDisabled else { throw IdentityError.disabled("account") }
        return user
    }

    func newSession(token: String, of holder: SessionRecord.Holder, address: String) -> SessionRecord {
        let now = clock.now()
        return SessionRecord(
            tokenHash: SecretDigest(of: token).bytes,
            holder: holder,
            kind: .cookie,
            address: address,
            createdAt: now,
            lastUsedAt: now,
            expiresAt: now + options.sessionLifetime
        )
    }
}
