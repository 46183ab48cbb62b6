import Domain
import Foundation
import Logging
import Store
import Synchronization
import Vault

@testable import Identity

/// An appliance's identity on an empty data directory of its own.
final class TestSite: Sendable {
    static let password = "correct horse battery"

    let directory: String
    let time = TestTime()
    let store: Store
    let keys: KeyDirectory
    let identity: Identity
    private let hashes: Counter

    final class Counter: Sendable {
        let value = Atomic(0)
    }

    init(siteID: String = "gate", change: (inout IdentityOptions) -> Void = { _ in }) async throws {
        directory = NSTemporaryDirectory() + "identity-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        store = try Store(
            Store.Configuration(directory: directory, clock: time.wall),
            logger: Logger(label: "test")
        )
        keys = try KeyDirectory(path: directory + "/keys")
        let counter = Counter()
        hashes = counter
        var options = IdentityOptions()
        options.passwordCost.logarithmOfRounds = 4
        options.passwordObserver = { phase in
            if phase == .began { counter.value.add(1, ordering: .relaxed) }
        }
        change(&options)
        identity = try await Identity(
            store: store,
            keys: keys,
            siteID: siteID,
            clock: time.wall,
            monotonic: time.monotonic,
            options: options
        )
    }

    /// How many passwords were hashed so far.
    var hashCount: Int { hashes.value.load(ordering: .relaxed) }

    /// A second identity on the same store and keys, as after a restart.
    func restarted(siteID: String = "gate") async throws -> Identity {
        var options = IdentityOptions()
        options.passwordCost.logarithmOfRounds = 4
        return try await Identity(
            store: store,
            keys: keys,
            siteID: siteID,
            clock: time.wall,
            monotonic: time.monotonic,
            options: options
        )
    }

    @discardableResult
    func makeUser(_ name: String, _ role: Role = .admin) async throws -> Principal {
        _ = try await identity.createUser(username: name, role: role, password: Self.password, by: .console)
        return Principal(subject: .user(name: name), role: role)
    }

    func login(_ name: String, _ password: String = TestSite.password) async throws -> String {
        try await identity.login(username: name, password: password, address: "192.0.2.1").cookie.reveal()
    }

    func audit() async throws -> [AuditEntry] {
        try await store.read { try AuditEntry.newest(1_000, $0) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }
}

/// The code of the `IdentityError` that `body` throws; nil when it throws none.
func code<Value>(of body: () async throws -> Value) async -> IdentityError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? IdentityError)?.code
    }
}
