import Domain
import Store

extension Identity {
    /// Whether there is an account; without one, the page asks for the set-up code.
    public var isSetUp: Bool { !users.isEmpty }

    /// Makes a set-up code to be printed on the console; the one before is void.
    /// - Throws: `IdentityError` `alreadySetUp` when there is an account.
    public func makeSetupCode() throws(IdentityError) -> SecretText {
        guard !isSetUp else { throw .alreadySetUp }
        return setupCode.renew()
    }

    /// Makes the first administrator and logs in. However many try at once, one succeeds.
    /// - Throws: `IdentityError` `setupCodeWrong`, `setupCodeSpent`, `alreadySetUp`, `invalidField`,
    ///   `busy`; `StoreError`.
    public func setUp(
        code: String,
        username: String,
        password: String,
        address: String
    ) async throws -> OpenedSession {
        guard !isSetUp else { throw IdentityError.alreadySetUp }
        try setupCode.check(code)
        try PasswordRule.check(username: username)
        try PasswordRule.check(password, username: username)
        let hash = try await passwords.hash(password)
        let cookie = RandomText.token()
        let session = newSession(token: cookie, of: .user(username), address: address)
        return try await administration.pass {
            let user = try await store.write { context -> Result<UserRecord, IdentityError> in
                guard try UserRecord.count(context.database) == 0 else { return .failure(.alreadySetUp) }
                let user = UserRecord(
                    username: username,
                    role: .admin,
                    passwordHash: hash,
                    tokenGeneration: context.now.microseconds,
                    lastLoginAt: context.now,
                    createdAt: context.now,
                    updatedAt: context.now
                )
                try context.insert(user)
                try context.insert(session)
                try context.audit(
                    actor: "set-up code",
                    action: "user.create",
                    object: username,
                    detail: ["role": .string("admin"), "address": .string(address)]
                )
                return .success(user)
            }.get()
            users.set(user)
            setupCode.spend()
            return OpenedSession(
                principal: try users.principal(named: username),
                cookie: SecretText(cookie),
                expiresAt: session.expiresAt
            )
        }
    }
}
