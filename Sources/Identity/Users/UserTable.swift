import Domain
import Store
import Synchronization

/// What every request asks about a user, in memory: kept in step by the functions that write users.
final class UserTable: Sendable {
    struct Entry: Sendable {
        let username: String
        let role: Role
        let isDisabled: Bool
        let tokenGeneration: Int64

        init(_ record: UserRecord) {
            username = record.username
            role = record.role
            isDisabled = record.isDisabled
            tokenGeneration = record.tokenGeneration
        }
    }

    /// By name in lower case.
    private let entries: Mutex<[String: Entry]>

    init(_ records: [UserRecord]) {
        entries = Mutex(
            Dictionary(records.map { ($0.username.lowercased(), Entry($0)) }, uniquingKeysWith: { first, _ in first })
        )
    }

    var isEmpty: Bool { entries.withLock { $0.isEmpty } }

    /// The principal of a user who has proven who it is.
    /// - Throws: `IdentityError` `invalidCredentials`, `disabled`.
    func principal(named username: String) throws(IdentityError) -> Principal {
        try principal(named: username, tokenGeneration: nil)
    }

    /// - Parameter tokenGeneration: that of the token; nil when it does not matter.
    func principal(named username: String, tokenGeneration: Int64?) throws(IdentityError) -> Principal {
        guard let entry = entries.withLock({ $0[username.lowercased()] }) else {
            throw .invalidCredentials("the user is gone")
        }
        guard !entry.isDisabled else { throw .disabled("account") }
        if let tokenGeneration, tokenGeneration != entry.tokenGeneration {
            throw .invalidCredentials("the token was made before the password changed")
        }
        return Principal(subject: .user(name: entry.username), role: entry.role)
    }

    func set(_ record: UserRecord) {
        entries.withLock { $0[record.username.lowercased()] = Entry(record) }
    }

    func remove(_ username: String) {
        entries.withLock { $0[username.lowercased()] = nil }
    }
}
