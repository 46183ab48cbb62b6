import Domain
import Store
import Synchronization

/// Cookie sessions that were used lately, so that not every request asks the database, and when they were used, so that
/// not every request writes to it.
final class SessionCache: Sendable {
    /// How long an entry is believed.
    static let lifetime: Duration = .seconds(60)
    static let capacity = 10_000

    struct Entry: Sendable {
        let username: String
        let expiresAt: Instant
        var lastUsedAt: Instant
        var writtenUse: Instant
        var loadedAt: Duration
    }

    private struct State {
        var entries: [SecretDigest: Entry] = [:]
        /// Counts removals: what was read before one must not come back after it.
        var removals = 0
    }

    private let clock: MonotonicClock
    private let state = Mutex(State())

    init(clock: MonotonicClock) {
        self.clock = clock
    }

    enum Lookup: Sendable {
        case fresh(Entry)
        /// To be read from the database; `removals` goes back to `insert`.
        case unknown(removals: Int)
    }

    func find(_ digest: SecretDigest) -> Lookup {
        let now = clock.now()
        return state.withLock { state in
            guard let entry = state.entries[digest], now - entry.loadedAt < Self.lifetime else {
                return .unknown(removals: state.removals)
            }
            return .fresh(entry)
        }
    }

    /// Keeps what was read, unless something was removed meanwhile.
    /// - Returns: the entry with the later of the known uses.
    func insert(_ digest: SecretDigest, _ record: SessionRecord, username: String, removals: Int) -> Entry {
        let now = clock.now()
        return state.withLock { state in
            let known = state.entries[digest]
            let entry = Entry(
                username: username,
                expiresAt: record.expiresAt,
                lastUsedAt: max(record.lastUsedAt, known?.lastUsedAt ?? record.lastUsedAt),
                writtenUse: record.lastUsedAt,
                loadedAt: now
            )
            guard removals == state.removals else { return entry }
            if known == nil {
                state.entries.makeRoom(
                    capacity: Self.capacity,
                    isSpent: { Self.isSpent($0, now) },
                    age: \.lastUsedAt
                )
            }
            state.entries[digest] = entry
            return entry
        }
    }

    func noteUse(_ digest: SecretDigest, at instant: Instant) {
        state.withLock { state in
            if let known = state.entries[digest]?.lastUsedAt, known < instant {
                state.entries[digest]?.lastUsedAt = instant
            }
        }
    }

    func remove(_ digest: SecretDigest) {
        state.withLock { state in
            state.removals += 1
            state.entries[digest] = nil
        }
    }

    func removeAll(of username: String) {
        state.withLock { state in
            state.removals += 1
            state.entries = state.entries.filter { $0.value.username != username }
        }
    }

    /// Uses that the database does not know yet.
    func unwrittenUses() -> [(tokenHash: [UInt8], at: Instant)] {
        state.withLock { state in
            state.entries.compactMap { digest, entry in
                entry.lastUsedAt > entry.writtenUse ? (digest.bytes, entry.lastUsedAt) : nil
            }
        }
    }

    /// Notes what the database knows now, and lets go of what is no longer believed.
    func markWritten(_ uses: [(tokenHash: [UInt8], at: Instant)]) {
        let now = clock.now()
        state.withLock { state in
            for use in uses {
                if let digest = SecretDigest(bytes: use.tokenHash) { state.entries[digest]?.writtenUse = use.at }
            }
            state.entries = state.entries.filter { !Self.isSpent($0.value, now) }
        }
    }

    var count: Int { state.withLock { $0.entries.count } }

    private static func isSpent(_ entry: Entry, _ now: Duration) -> Bool {
        now - entry.loadedAt >= lifetime && entry.lastUsedAt <= entry.writtenUse
    }
}
