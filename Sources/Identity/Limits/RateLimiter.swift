import Synchronization

/// Token buckets by key: each may spend `burst` at once and then `rate` per second.
///
/// Sharded, because every request passes here; bounded, the bucket that was idle longest goes first (invariant 5).
public final class RateLimiter: Sendable {
    public enum Decision: Sendable, Hashable {
        case allowed
        /// Enough will be there after this time.
        case refused(retryAfter: Duration)
    }

    private struct Bucket {
        var tokens: Double
        var filledAt: Duration
    }

    private final class Shard: Sendable {
        let buckets = Mutex<[String: Bucket]>([:])
    }

    private static let shardCount = 16

    private let rate: Double
    private let burst: Double
    private let shardCapacity: Int
    private let clock: MonotonicClock
    private let shards = (0..<shardCount).map { _ in Shard() }

    /// - Parameters:
    ///   - rate: tokens per second; 0 or less allows everything.
    ///   - burst: the most tokens of a bucket, at least 1.
    ///   - capacity: how many buckets there may be.
    public init(rate: Double, burst: Double, capacity: Int = 10_000, clock: MonotonicClock = .system()) {
        self.rate = rate.isFinite ? rate : 0
        self.burst = burst.isFinite ? max(1, burst) : 1
        shardCapacity = max(1, capacity / Self.shardCount)
        self.clock = clock
    }

    /// Spends from the bucket of `key`, or says when it could.
    /// - Parameter cost: tokens; more than `burst` counts as `burst`, else it would never be allowed.
    public func spend(_ cost: Double = 1, key: String) -> Decision {
        guard rate > 0, cost > 0 else { return .allowed }
        let cost = min(cost, burst)
        let now = clock.now()
        let shard = shards[Int(UInt(bitPattern: key.hashValue) % UInt(Self.shardCount))]
        return shard.buckets.withLock { buckets in
            var bucket = buckets[key] ?? Bucket(tokens: burst, filledAt: now)
            bucket.tokens = tokens(in: bucket, at: now)
            bucket.filledAt = max(now, bucket.filledAt)
            let decision: Decision
            if bucket.tokens >= cost {
                bucket.tokens -= cost
                decision = .allowed
            } else {
                decision = .refused(retryAfter: .seconds((cost - bucket.tokens) / rate))
            }
            if buckets[key] == nil {
                buckets.makeRoom(
                    capacity: shardCapacity,
                    isSpent: { tokens(in: $0, at: now) >= burst },
                    age: \.filledAt
                )
            }
            buckets[key] = bucket
            return decision
        }
    }

    /// How many buckets there are.
    var bucketCount: Int { shards.reduce(0) { $0 + $1.buckets.withLock { $0.count } } }

    private func tokens(in bucket: Bucket, at now: Duration) -> Double {
        let passed = max(.zero, now - bucket.filledAt)
        return min(burst, bucket.tokens + rate * (passed / .seconds(1)))
    }
}
