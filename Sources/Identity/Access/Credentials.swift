import Domain

/// What a request shows to say who asks. If it shows several, the first of `Authorization`, `X-API-Key` and cookie
/// counts.
public struct Credentials: Sendable {
    /// The header `Authorization`.
    public var authorization: String?
    /// The header `X-API-Key`.
    public var apiKey: String?
    /// The value of the session cookie.
    public var cookie: String?

    public init(authorization: String? = nil, apiKey: String? = nil, cookie: String? = nil) {
        self.authorization = authorization
        self.apiKey = apiKey
        self.cookie = cookie
    }
}

/// Who a request's credentials belong to.
public struct Recognition: Sendable {
    public let principal: Principal
    /// Whether it was a cookie, which browsers send without being asked.
    public let isFromCookie: Bool
}

extension Identity {
    /// Recognises who asks.
    /// - Returns: nil when nothing was shown.
    /// - Throws: `IdentityError` when what was shown is not good; `StoreError`.
    public func recognise(_ credentials: Credentials) async throws -> Recognition? {
        if let header = credentials.authorization {
            guard header.prefix(7).lowercased() == "bearer " else {
                throw IdentityError(
                    .invalidCredentials, "Authorization must be 'Bearer' with a token or an API key.")
            }
            return Recognition(
                principal: try await authenticate(bearer: String(header.dropFirst(7))), isFromCookie: false)
        }
        if let key = credentials.apiKey {
            return Recognition(principal: try authenticate(apiKey: key), isFromCookie: false)
        }
        if let cookie = credentials.cookie {
            return Recognition(principal: try await authenticate(cookie: cookie), isFromCookie: true)
        }
        return nil
    }
}

extension Identity {
    /// Whether a user or key of that name is there and not switched off; for those who showed no lasting credentials.
    public func isKnown(_ principal: Principal) -> Bool {
        switch principal.subject {
        case .user(let name): (try? users.principal(named: name)) != nil
        case .apiKey(let id): (try? keys.principal(ofKey: id, at: clock.now())) != nil
        case .trustedAddress, .console: true
        }
    }
}
