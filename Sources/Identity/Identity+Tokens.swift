import Domain
import Store

/// What a program gets to act for a person or a key.
public struct IssuedTokens: Sendable {
    /// A JWT for `Authorization: Bearer`.
    public let accessToken: SecretText
    public let accessLifetime: Duration
    /// Good for one call of `refresh`.
    public let refreshToken: SecretText
    public let refreshLifetime: Duration
}

extension Identity {
    /// Issues tokens for a user.
    /// - Throws: as `login`.
    public func issueTokens(username: String, password: String, address: String) async throws -> IssuedTokens {
        let user = try await checkedUser(username: username, password: password, address: address)
        return try await startFamily(.user(user.username), generation: user.tokenGeneration, address: address)
    }

    /// Issues tokens for an API key.
    /// - Throws: as `authenticate(apiKey:)`; `StoreError`.
    public func issueTokens(apiKey: String, address: String) async throws -> IssuedTokens {
        guard case .apiKey(let id) = try authenticate(apiKey: apiKey).subject else {
            throw IdentityError.invalidCredentials("not an API key")
        }
        return try await startFamily(.apiKey(id), generation: 0, address: address)
    }

    /// Trades a refresh token for new tokens. One that was traded before was copied by somebody: all tokens of its
    /// family become void.
    /// - Throws: `IdentityError` `invalidCredentials`, `expired`, `disabled`, `tokenReused`; `StoreError`.
    public func refresh(_ token: String) async throws -> IssuedTokens {
        guard RandomText.isToken(token) else { throw IdentityError.invalidCredentials("malformed refresh token") }
        let old = SecretDigest(of: token).bytes
        let next = RandomText.token()
        let lifetime = options.refreshLifetime
        let (holder, generation) = try await store.write {
            context -> Result<(SessionRecord.Holder, Int64), IdentityError> in
            guard let session = try SessionRecord.withHash(old, .refresh, context.database),
                let family = session.family
            else { return .failure(.invalidCredentials("unknown refresh token")) }
            guard !session.isReplaced else {
                try context.deleteSessions(ofFamily: family)
                try context.audit(
                    actor: session.holder.text,
                    action: "token.reused",
                    object: session.holder.text,
                    detail: ["address": .optional(session.address)]
                )
                return .failure(.tokenReused)
            }
            guard context.now < session.expiresAt else { return .failure(.expired("refresh token")) }
            let generation: Int64
            switch try session.holder.generation(context) {
            case .failure(let error): return .failure(error)
            case .success(let current): generation = current
            }
            try context.replaceSession(withHash: old)
            try context.insert(
                SessionRecord(
                    tokenHash: SecretDigest(of: next).bytes,
                    holder: session.holder,
                    kind: .refresh,
                    family: family,
                    address: session.address,
                    createdAt: context.now,
                    lastUsedAt: context.now,
                    expiresAt: context.now + lifetime
                )
            )
            return .success((session.holder, generation))
        }.get()
        return try await tokens(holder, generation: generation, refreshToken: next)
    }

    private func startFamily(
        _ holder: SessionRecord.Holder,
        generation: Int64,
        address: String
    ) async throws -> IssuedTokens {
        let token = RandomText.token()
        let family = RandomText.base32(26)
        let lifetime = options.refreshLifetime
        try await store.write { context -> Result<Void, IdentityError> in
            switch try holder.generation(context) {
            case .failure(let error): return .failure(error)
            case .success(let current) where current != generation:
                return .failure(.wrongLogin("the user changed during the login"))
            case .success: break
            }
            try context.insert(
                SessionRecord(
                    tokenHash: SecretDigest(of: token).bytes,
                    holder: holder,
                    kind: .refresh,
                    family: family,
                    address: address,
                    createdAt: context.now,
                    lastUsedAt: context.now,
                    expiresAt: context.now + lifetime
                )
            )
            try context.audit(
                actor: holder.text,
                action: "token.issue",
                object: holder.text,
                detail: ["address": .string(address)]
            )
            return .success(())
        }.get()
        return try await tokens(holder, generation: generation, refreshToken: token)
    }

    private func tokens(
        _ holder: SessionRecord.Holder,
        generation: Int64,
        refreshToken: String
    ) async throws -> IssuedTokens {
        let access = try await accessTokens.sign(subject: holder.text, tokenGeneration: generation, at: clock.now())
        return IssuedTokens(
            accessToken: access,
            accessLifetime: AccessTokens.lifetime,
            refreshToken: SecretText(refreshToken),
            refreshLifetime: options.refreshLifetime
        )
    }
}

extension SessionRecord.Holder {
    /// The subject of its access tokens.
    fileprivate var text: String {
        switch self {
        case .user(let name): TokenSubject.user(name).text
        case .apiKey(let id): TokenSubject.apiKey(id).text
        }
    }

    /// The generation of tokens that it may have now, or why it may have none.
    fileprivate func generation(_ context: WriteContext) throws -> Result<Int64, IdentityError> {
        switch self {
        case .user(let name):
            guard let user = try UserRecord.named(name, context.database) else {
                return .failure(.invalidCredentials("the user is gone"))
            }
            return user.isDisabled ? .failure(.disabled("account")) : .success(user.tokenGeneration)
        case .apiKey(let id):
            guard let key = try APIKeyRecord.withID(id, context.database) else {
                return .failure(.invalidCredentials("the API key is gone"))
            }
            if let expiresAt = key.expiresAt, context.now >= expiresAt { return .failure(.expired("API key")) }
            return key.isDisabled ? .failure(.disabled("API key")) : .success(0)
        }
    }
}
