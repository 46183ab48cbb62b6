public import Media
import Synchronization

/// Keeps a reserve of free space: at its bound new events are refused before anything of them is written, so that the
/// database can always still commit, log and delete (invariant 5).
public final class SpaceGate: Sendable {
    private struct State: Sendable {
        var checkedAt: ContinuousClock.Instant?
        var space: DiskSpace?
    }

    private let directory: String
    /// Bytes that stay free.
    public let reserve: Int64
    private let state = Mutex(State())

    public init(directory: String, reserve: Int64) {
        self.directory = directory
        self.reserve = reserve
    }

    /// The space of the file system, not older than a second; nil when it cannot be read.
    public func space() -> DiskSpace? {
        let now = ContinuousClock().now
        let known = state.withLock { state -> DiskSpace? in
            guard let space = state.space, let checkedAt = state.checkedAt, now - checkedAt < .seconds(1) else {
                // Only one task asks again; the others go on with what is known.
                state.checkedAt = now
                return nil
            }
            return space
        }
        if let known { return known }
        guard let space = try? DiskSpace.read(directory) else { return nil }
        state.withLock { $0.space = space }
        return space
    }

    /// Looks again at the next question; after a write failed for want of space.
    func forget() {
        state.withLock { $0.checkedAt = nil }
    }

    public var isFull: Bool { space().map { $0.available < reserve } ?? false }
}
