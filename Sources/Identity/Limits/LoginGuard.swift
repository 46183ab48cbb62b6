import Synchronization

/// Slows down those who guess passwords: after some failures each further one has to wait longer, and then the account
/// and the address are locked for 15 minutes.
///
///     attempt ──▶ refused(retryAfter)
///        │
///        └─▶ counted as a failure at once, so that a thousand at the same time are a thousand failures
///              ├─ succeeded: the account starts anew; the address gets back this one failure only, else somebody with
///              │             one account could guess at the others without end
///              └─ withdrawn: nobody looked at the password (too busy); as if it had not been
public final class LoginGuard: Sendable {
    public struct Policy: Sendable {
        /// Failures that cost nothing: people mistype.
        public var freeFailures: Int
        /// The failure that locks.
        public var lockingFailure: Int
        /// The wait after the first failure that is not free; doubles with each further one.
        public var firstDelay: Duration = .seconds(1)
        public var lock: Duration = .seconds(15 * 60)

        public init(freeFailures: Int, lockingFailure: Int) {
            self.freeFailures = freeFailures
            self.lockingFailure = lockingFailure
        }

        public static let account = Policy(freeFailures: 3, lockingFailure: 10)
        /// Wider, because several people may stand behind one address.
        public static let address = Policy(freeFailures: 10, lockingFailure: 30)
    }

    private struct Record {
        var failures = 0
        var lastFailure: Duration = .zero
        var refusedUntil: Duration = .zero
    }

    private struct State {
        var accounts: [String: Record] = [:]
        var addresses: [String: Record] = [:]
    }

    private let accountPolicy: Policy
    private let addressPolicy: Policy
    private let capacity: Int
    private let clock: MonotonicClock
    private let state = Mutex(State())

    /// - Parameter capacity: how many accounts and how many addresses are remembered.
    public init(
        account: Policy = .account,
        address: Policy = .address,
        capacity: Int = 10_000,
        clock: MonotonicClock = .system()
    ) {
        accountPolicy = account
        addressPolicy = address
        self.capacity = max(1, capacity)
        self.clock = clock
    }

    /// One attempt that was let through, to be ended by `succeeded` or `withdrawn`, or else it stays a failure.
    public struct Attempt: Sendable {
        fileprivate let account: Mark
        fileprivate let address: Mark
    }

    /// What an attempt did to a record, so that it can be undone.
    fileprivate struct Mark: Sendable {
        let key: String
        let refusedBefore: Duration
        let refusedAfter: Duration
    }

    public enum Decision: Sendable {
        case allowed(Attempt)
        /// Counts nothing.
        case refused(retryAfter: Duration)
    }

    /// Asks whether a password may be looked at now, and counts it as failed.
    public func attempt(account: String, address: AddressGroup) -> Decision {
        let (account, address) = (account.lowercased(), address.description)
        let now = clock.now()
        return state.withLock { state in
            let refusedUntil = max(
                state.accounts[account]?.refusedUntil ?? .zero,
                state.addresses[address]?.refusedUntil ?? .zero
            )
            if refusedUntil > now { return .refused(retryAfter: refusedUntil - now) }
            return .allowed(
                Attempt(
                    account: count(account, in: &state.accounts, accountPolicy, now),
                    address: count(address, in: &state.addresses, addressPolicy, now)
                )
            )
        }
    }

    public func succeeded(_ attempt: Attempt) {
        state.withLock { state in
            state.accounts[attempt.account.key] = nil
            takeBack(attempt.address, in: &state.addresses)
        }
    }

    public func withdrawn(_ attempt: Attempt) {
        state.withLock { state in
            takeBack(attempt.account, in: &state.accounts)
            takeBack(attempt.address, in: &state.addresses)
        }
    }

    /// Ends the lock of an account; for an administrator.
    public func clear(username: String) {
        state.withLock { $0.accounts[username.lowercased()] = nil }
    }

    /// Ends the lock of an address; for an administrator.
    public func clear(address: AddressGroup) {
        state.withLock { $0.addresses[address.description] = nil }
    }

    /// How long the account is still refused; nil when it is not.
    public func lockedFor(username: String) -> Duration? {
        let now = clock.now()
        return state.withLock { state in
            state.accounts[username.lowercased()].map { $0.refusedUntil - now }.flatMap { $0 > .zero ? $0 : nil }
        }
    }

    /// How long the address is still refused; nil when it is not.
    public func lockedFor(address: AddressGroup) -> Duration? {
        let now = clock.now()
        return state.withLock { state in
            state.addresses[address.description].map { $0.refusedUntil - now }.flatMap { $0 > .zero ? $0 : nil }
        }
    }

    /// How many accounts and addresses are remembered.
    var recordCounts: (accounts: Int, addresses: Int) {
        state.withLock { ($0.accounts.count, $0.addresses.count) }
    }

    private func count(_ key: String, in records: inout [String: Record], _ policy: Policy, _ now: Duration) -> Mark {
        if records[key] == nil {
            records.makeRoom(
                capacity: capacity,
                isSpent: { Self.isForgotten($0, policy, now) },
                // Those that are refused now go last: a flood of names must not open a locked account.
                age: { max($0.lastFailure, $0.refusedUntil) }
            )
        }
        var record = records[key] ?? Record()
        if Self.isForgotten(record, policy, now) { record = Record() }
        let before = record.refusedUntil
        record.failures += 1
        record.lastFailure = now
        if record.failures >= policy.lockingFailure {
            record.refusedUntil = now + policy.lock
        } else if record.failures > policy.freeFailures {
            let doublings = min(record.failures - policy.freeFailures - 1, 16)
            record.refusedUntil = now + min(policy.firstDelay * (1 << doublings), policy.lock)
        }
        records[key] = record
        return Mark(key: key, refusedBefore: before, refusedAfter: record.refusedUntil)
    }

    /// A lock served, or as long without a failure, starts anew.
    private static func isForgotten(_ record: Record, _ policy: Policy, _ now: Duration) -> Bool {
        now - record.lastFailure >= policy.lock && now >= record.refusedUntil
    }

    private func takeBack(_ mark: Mark, in records: inout [String: Record]) {
        guard var record = records[mark.key] else { return }
        record.failures -= 1
        // A wait that a later failure brought stays.
        if record.refusedUntil == mark.refusedAfter { record.refusedUntil = mark.refusedBefore }
        records[mark.key] = record.failures > 0 ? record : nil
    }
}
