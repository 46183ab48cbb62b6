public import Domain
import Store

extension Identity {
    /// All users by name.
    public func listUsers() async throws -> [UserSummary] {
        try await store.read { try UserRecord.all($0).map(UserSummary.init) }
    }

    /// - Throws: `IdentityError` `notFound`.
    public func user(named username: String) async throws -> UserSummary {
        guard let record = try await store.read({ try UserRecord.named(username, $0) }) else {
            throw IdentityError.notFound("user")
        }
        return UserSummary(record)
    }

    /// - Throws: `IdentityError` `invalidField`, `alreadyExists`, `limitReached`, `notAllowed`, `busy`; `StoreError`.
    public func createUser(
        username: String,
        role: Role,
        password: String,
        by actor: Principal
    ) async throws -> UserSummary {
        try actor.require(.admin)
        try PasswordRule.check(username: username)
        try Self.checkRole(role)
        try PasswordRule.check(password, username: username)
        let hash = try await passwords.hash(password)
        let limit = options.userLimit
        return try await administration.pass {
            let user = try await store.write { context -> Result<UserRecord, IdentityError> in
                guard try UserRecord.named(username, context.database) == nil else {
                    return .failure(
                        IdentityError(.alreadyExists, "There is a user of this name already.", field: "username")
                    )
                }
                guard try UserRecord.count(context.database) < limit else {
                    return .failure(IdentityError(.limitReached, "There can be no more than \(limit) users."))
                }
                let user = UserRecord(
                    username: username,
                    role: role,
                    passwordHash: hash,
                    tokenGeneration: context.now.microseconds,
                    createdAt: context.now,
                    updatedAt: context.now
                )
                try context.insert(user)
                try context.audit(
                    actor: actor.displayName,
                    action: "user.create",
                    object: username,
                    detail: ["role": .string(role.rawValue)]
                )
                return .success(user)
            }.get()
            users.set(user)
            // Who made an account on the box needs no set-up code any more.
            setupCode.spend()
            return UserSummary(user)
        }
    }

    /// Changes a user. A new password or disabling ends all sessions and tokens of that user.
    /// - Throws: `IdentityError` `notAllowed`, `notFound`, `invalidField`, `lastAdmin`, `oneself`, `busy`; `StoreError`.
    public func updateUser(_ username: String, _ change: UserChange, by actor: Principal) async throws -> UserSummary {
        try actor.require(.admin)
        if let role = change.role { try Self.checkRole(role) }
        let isOneself = actor.username?.lowercased() == username.lowercased()
        if isOneself, change.isDisabled == true {
            throw IdentityError(.oneself, "Nobody disables the own account; another administrator can.")
        }
        if isOneself, change.password != nil {
            throw IdentityError(.oneself, "To change the own password, the current one has to be given.")
        }
        var newHash: String?
        if let password = change.password {
            try PasswordRule.check(password, username: username)
            newHash = try await passwords.hash(password)
        }
        let hash = newHash
        return try await administration.pass {
            let user = try await store.write { context -> Result<UserRecord, IdentityError> in
                guard var user = try UserRecord.named(username, context.database) else {
                    return .failure(.notFound("user"))
                }
                user.role = change.role ?? user.role
                user.isDisabled = change.isDisabled ?? user.isDisabled
                if user.role != .admin || user.isDisabled,
                    try UserRecord.isLastAdmin(user.username, context.database)
                {
                    return .failure(.lastAdmin)
                }
                user.passwordHash = hash ?? user.passwordHash
                user.updatedAt = context.now
                if hash != nil || user.isDisabled {
                    user.tokenGeneration += 1
                    try context.deleteSessions(of: .user(user.username))
                }
                try context.update(user)
                try context.audit(
                    actor: actor.displayName,
                    action: "user.update",
                    object: user.username,
                    detail: [
                        "role": .string(user.role.rawValue), "disabled": .bool(user.isDisabled),
                        "password_changed": .bool(hash != nil),
                    ]
                )
                return .success(user)
            }.get()
            users.set(user)
            if hash != nil || user.isDisabled { sessions.removeAll(of: user.username) }
            if hash != nil { loginGuard.clear(username: user.username) }
            return UserSummary(user)
        }
    }

    /// - Throws: `IdentityError` `notAllowed`, `notFound`, `lastAdmin`, `oneself`, `busy`; `StoreError`.
    public func deleteUser(_ username: String, by actor: Principal) async throws {
        try actor.require(.admin)
        if actor.username?.lowercased() == username.lowercased() {
            throw IdentityError(.oneself, "Nobody deletes the own account; another administrator can.")
        }
        try await administration.pass {
            let user = try await store.write { context -> Result<UserRecord, IdentityError> in
                guard let user = try UserRecord.named(username, context.database) else {
                    return .failure(.notFound("user"))
                }
                guard try !UserRecord.isLastAdmin(user.username, context.database) else { return .failure(.lastAdmin) }
                try context.deleteUser(named: user.username)
                try context.audit(actor: actor.displayName, action: "user.delete", object: user.username)
                return .success(user)
            }.get()
            users.remove(user.username)
            sessions.removeAll(of: user.username)
        }
    }

    /// Changes one's own password; ends all other sessions and all tokens of that user.
    /// - Parameter cookie: the session that asks, which stays; nil when there is none.
    /// - Throws: `IdentityError` `invalidCredentials`, `invalidField`, `tooManyAttempts`, `busy`; `StoreError`.
    public func changePassword(
        of username: String,
        current: String,
        new: String,
        keeping cookie: String?,
        address: String
    ) async throws {
        try PasswordRule.check(new, username: username, field: "new_password")
        let checked = try await checkedUser(username: username, password: current, address: address)
        let hash = try await passwords.hash(new)
        let kept = cookie.flatMap { RandomText.isToken($0) ? SecretDigest(of: $0).bytes : nil }
        try await administration.pass {
            let user = try await store.write { context -> Result<UserRecord, IdentityError> in
                guard var user = try UserRecord.named(checked.username, context.database),
                    user.passwordHash == checked.passwordHash, !user.isDisabled
                else { return .failure(.wrongLogin("the user changed during the change of password")) }
                user.passwordHash = hash
                user.tokenGeneration += 1
                user.updatedAt = context.now
                try context.deleteSessions(of: .user(user.username), butHash: kept)
                try context.update(user)
                try context.audit(actor: user.username, action: "user.password", object: user.username)
                return .success(user)
            }.get()
            users.set(user)
            sessions.removeAll(of: user.username)
        }
    }

    /// Ends the lock that failed logins brought on an account.
    /// - Throws: `IdentityError` `notAllowed`; `StoreError`.
    public func unlock(username: String, by actor: Principal) async throws {
        try actor.require(.admin)
        loginGuard.clear(username: username)
        try await store.write { context in
            try context.audit(
                actor: actor.displayName,
                action: "user.unlock",
                object: String(username.prefix(50))
            )
        }
    }

    private static func checkRole(_ role: Role) throws(IdentityError) {
        guard [.admin, .operator, .viewer].contains(role) else {
            throw .invalidField("role", "A user is admin, operator or viewer; device and metrics are for API keys.")
        }
    }
}
