import Domain
import Identity
import Synchronization

/// A wall clock and a monotonic clock that go forward together, when a test says so.
final class TestTime: Sendable {
    private static let start = Instant(seconds: 1_790_000_000)
    private let passed = Mutex(Duration.zero)

    func advance(_ duration: Duration) {
        passed.withLock { $0 += duration }
    }

    var now: Instant { Self.start + passed.withLock { $0 } }
    var wall: WallClock { WallClock { self.now } }
    var monotonic: MonotonicClock { MonotonicClock { self.passed.withLock { $0 } } }
}
