import Synchronization

/// The code that makes whoever can read the console the first administrator: valid once, for 30 minutes and ten
/// wrong attempts. Only its digest stays in memory.
final class SetupCode: Sendable {
    static let lifetime: Duration = .seconds(30 * 60)
    static let attemptLimit = 10
    /// 80 random bits, four groups of four.
    private static let length = 16

    private struct Current {
        let digest: SecretDigest
        let expiresAt: Duration
        var failures = 0
    }

    private let clock: MonotonicClock
    private let current = Mutex<Current?>(nil)

    init(clock: MonotonicClock) {
        self.clock = clock
    }

    /// Makes a new code; the one before is void.
    func renew() -> SecretText {
        let code = RandomText.base32(Self.length)
        let expiresAt = clock.now() + Self.lifetime
        current.withLock { $0 = Current(digest: SecretDigest(of: code), expiresAt: expiresAt) }
        let groups = stride(from: 0, to: Self.length, by: 4).map { code.dropFirst($0).prefix(4) }
        return SecretText(groups.joined(separator: "-"))
    }

    /// Checks a code as a person typed it; a wrong one counts, a right one stays valid until it is spent.
    /// - Throws: `IdentityError` `setupCodeWrong`, `setupCodeSpent`.
    func check(_ typed: String) throws(IdentityError) {
        let digest = SecretDigest(of: Self.normalised(typed))
        let now = clock.now()
        let attemptsLeft = current.withLock { current -> Int? in
            guard let valid = current, now < valid.expiresAt, valid.failures < Self.attemptLimit else { return -1 }
            if valid.digest == digest { return nil }
            current?.failures += 1
            return Self.attemptLimit - valid.failures - 1
        }
        switch attemptsLeft {
        case nil: return
        case let left? where left > 0:
            throw IdentityError(.setupCodeWrong, "This set-up code is wrong; \(left) attempts are left.", field: "code")
        default:
            throw IdentityError(
                .setupCodeSpent,
                "The set-up code is no longer valid; `lpr-appliance setup-code` on the box prints a new one.",
                field: "code"
            )
        }
    }

    /// Makes the code void once it has done its work.
    func spend() {
        current.withLock { $0 = nil }
    }

    /// Letters in any case, groups apart or not, and what is easily misread set right.
    private static func normalised(_ typed: String) -> String {
        let characters = typed.utf8.prefix(64).compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "-"): nil
            case UInt8(ascii: "o"), UInt8(ascii: "O"): UInt8(ascii: "0")
            case UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "l"), UInt8(ascii: "L"): UInt8(ascii: "1")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            default: byte
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
