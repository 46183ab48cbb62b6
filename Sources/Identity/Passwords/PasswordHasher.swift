import Dispatch

/// Hashes and checks passwords by scrypt, two at once: each takes a core for some 100 ms and 32 MiB of memory.
///
/// The work runs on a queue of its own, off the cooperative pool and the event loops.
final class PasswordHasher: Sendable {
    private let gate: AdmissionGate
    private let cost: ScryptHash.Cost
    private let queue = DispatchQueue(label: "password-hashing", qos: .userInitiated, attributes: .concurrent)
    /// Checked in place of the hash of a user that does not exist, so that the time does not tell.
    private let dummy: ScryptHash
    /// Is told when a derivation begins and ends; for tests.
    private let observer: @Sendable (Phase) -> Void

    enum Phase: Sendable {
        case began
        case ended
    }

    /// - Parameter waitingLimit: how many may wait; further ones hear `busy`.
    init(
        limit: Int = 2,
        waitingLimit: Int = 32,
        cost: ScryptHash.Cost = ScryptHash.Cost(),
        observer: @escaping @Sendable (Phase) -> Void = { _ in }
    ) throws {
        gate = AdmissionGate(limit: limit, waitingLimit: waitingLimit)
        self.cost = cost
        self.observer = observer
        dummy = try ScryptHash(
            password: RandomText.token(),
            salt: RandomText.bytes(ScryptHash.saltLength),
            cost: cost
        )
    }

    /// - Throws: `IdentityError` `busy`.
    func hash(_ password: String) async throws -> String {
        let cost = cost
        return try await run {
            try ScryptHash(password: password, salt: RandomText.bytes(ScryptHash.saltLength), cost: cost).encoded
        }
    }

    /// Whether the password fits; takes as long when there is no hash, or none that can be read, and is then false.
    /// - Throws: `IdentityError` `busy`.
    func verify(_ password: String, against encoded: String?) async throws -> Bool {
        let known = encoded.flatMap { ScryptHash(encoded: $0) }
        let hash = known ?? dummy
        return try await run { try hash.matches(password) } && known != nil
    }

    /// How many wait for their turn.
    var waitingCount: Int { gate.waitingCount }

    private func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await gate.pass {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { [observer] in
                    observer(.began)
                    let result = Result { try body() }
                    observer(.ended)
                    continuation.resume(with: result)
                }
            }
        }
    }
}
