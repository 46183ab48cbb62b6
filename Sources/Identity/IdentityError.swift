import Domain

/// Why somebody may not do something, in words for that person.
public struct IdentityError: Error, Sendable, CustomStringConvertible {
    /// What the caller does next depends on this alone.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Base: String {
            case invalidCredentials, expired, disabled, wrongAudience, tokenReused, tooManyAttempts, busy
            case setupCodeWrong, setupCodeSpent, alreadySetUp, notAllowed
            case notFound, alreadyExists, lastAdmin, oneself, limitReached, invalidField
        }

        private let base: Base

        private init(_ base: Base) { self.base = base }

        /// Unknown, misspelt, forged or revoked: the caller is not told which. 401.
        public static let invalidCredentials = Self(.invalidCredentials)
        /// It was good once. 401.
        public static let expired = Self(.expired)
        /// The account, the key or the device is switched off. 403.
        public static let disabled = Self(.disabled)
        /// A token of another appliance, or for another purpose. 401.
        public static let wrongAudience = Self(.wrongAudience)
        /// A refresh token was used twice; all that came from the same login are void. 401.
        public static let tokenReused = Self(.tokenReused)
        /// The role does not go so far. 403.
        public static let notAllowed = Self(.notAllowed)
        /// Wait for `retryAfter`. 429.
        public static let tooManyAttempts = Self(.tooManyAttempts)
        /// Too much waits already; try again after `retryAfter`. 503.
        public static let busy = Self(.busy)
        /// The set-up code is not the one that was printed. 403.
        public static let setupCodeWrong = Self(.setupCodeWrong)
        /// There is no valid set-up code: too old, or tried too often. 403.
        public static let setupCodeSpent = Self(.setupCodeSpent)
        /// The first account exists. 409.
        public static let alreadySetUp = Self(.alreadySetUp)
        /// No such user or key. 404.
        public static let notFound = Self(.notFound)
        /// The name is taken. 409.
        public static let alreadyExists = Self(.alreadyExists)
        /// It would leave nobody who can administer. 409.
        public static let lastAdmin = Self(.lastAdmin)
        /// Nobody does this to the own account. 409.
        public static let oneself = Self(.oneself)
        /// There are as many as there may be. 409.
        public static let limitReached = Self(.limitReached)
        /// `field` is wrong; `message` says what would be right. 422.
        public static let invalidField = Self(.invalidField)

        public var description: String { base.rawValue }
    }

    public let code: Code
    /// For the person at the other end.
    public let message: String
    /// When it is worth to try again; nil when waiting does not help.
    public let retryAfter: Duration?
    /// The field that is wrong.
    public let field: String?
    /// For the log only; never a secret.
    public let detail: String

    init(_ code: Code, _ message: String, retryAfter: Duration? = nil, field: String? = nil, detail: String = "") {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.field = field
        self.detail = detail
    }

    public var description: String { detail.isEmpty ? "\(code): \(message)" : "\(code): \(message) (\(detail))" }
}

extension IdentityError {
    static func invalidCredentials(_ detail: String) -> Self {
        Self(.invalidCredentials, "These credentials are not valid; log in again or check the key.", detail: detail)
    }

    static func wrongLogin(_ detail: String) -> Self {
        Self(.invalidCredentials, "User name or password is wrong.", detail: detail)
    }

    static func expired(_ what: String) -> Self {
        Self(.expired, "The \(what) has expired; log in again or ask an administrator for a new one.")
    }

    static func disabled(_ what: String) -> Self {
        Self(.disabled, "This \(what) is disabled; an administrator can enable it again.")
    }

    static let wrongAudience = Self(.wrongAudience, "This token was not issued by this appliance for this interface.")

    static let tokenReused = Self(
        .tokenReused,
        "This refresh token was used before, so all tokens of the same login are void; log in again."
    )

    static func tooManyAttempts(retryAfter: Duration) -> Self {
        let seconds = max(1, (retryAfter.wholeMilliseconds + 999) / 1_000)
        return Self(.tooManyAttempts, "Too many failed attempts; try again in \(seconds) s.", retryAfter: retryAfter)
    }

    static let busy = Self(
        .busy,
        "Too many requests of this kind wait already; try again in a moment.",
        retryAfter: .seconds(2)
    )

    static let alreadySetUp = Self(.alreadySetUp, "The first account exists already; log in with it.")

    static let lastAdmin = Self(
        .lastAdmin,
        "This is the last administrator who can log in; make another one first."
    )

    static func notFound(_ what: String) -> Self { Self(.notFound, "There is no such \(what).") }

    static func invalidField(_ field: String, _ message: String) -> Self {
        Self(.invalidField, message, field: field)
    }
}
