public import Media
import Synchronization

/// Keeps room: at the bound of the quota new pictures are refused, at the reserve of free space new events too, before
/// anything of them is written, so that the database can always still commit, log and delete (invariant 5).
public final class SpaceGate: Sendable {
    /// What is free and what is in use at one and the same moment: what has come or gone since is known by the
    /// difference, without asking again.
    private struct Reading: Sendable {
        let space: DiskSpace
        let used: Int64
        /// The book's. A walk that has set it right since makes this void.
        let generation: Int
    }

    private struct State: Sendable {
        var checkedAt: ContinuousClock.Instant?
        var reading: Reading?
    }

    private let directory: String
    public let quota: StorageQuota
    /// What is in use; nil where nothing is counted, then only the disk is a bound.
    public let book: StorageBook?
    private let state = Mutex(State())

    public init(directory: String, quota: StorageQuota, book: StorageBook? = nil) {
        self.directory = directory
        self.quota = quota
        self.book = book
    }

    /// - Parameter reserve: bytes that stay free.
    public convenience init(directory: String, reserve: Int64) {
        self.init(directory: directory, quota: StorageQuota(reserve: reserve))
    }

    /// Bytes that stay free.
    public var reserve: Int64 { quota.reserve }

    /// The space of the file system, not older than a second; nil when it cannot be read.
    public func space() -> DiskSpace? { reading()?.space }

    private func reading() -> Reading? {
        let now = ContinuousClock().now
        let generation = book?.generation ?? 0
        let known = state.withLock { state -> Reading? in
            guard let reading = state.reading, let checkedAt = state.checkedAt, now - checkedAt < .seconds(1),
                reading.generation == generation
            else {
                // Only one task asks again; the others go on with what is known.
                state.checkedAt = now
                return nil
            }
            return reading
        }
        if let known { return known }
        let used = book?.used() ?? 0
        guard let space = try? DiskSpace.read(directory) else { return nil }
        let reading = Reading(space: space, used: used, generation: generation)
        state.withLock { $0.reading = reading }
        return reading
    }

    /// Looks again at the next question; after a write failed for want of space.
    func forget() {
        state.withLock { $0.checkedAt = nil }
    }

    public var isFull: Bool { space().map { $0.available < reserve } ?? false }

    /// Bytes in use and the marks, as they are now; nil when the disk cannot be asked.
    public func marks() -> (used: Int64, marks: StorageMarks)? {
        // A walk that ends in between would make two numbers of different moments: once more then.
        for _ in 0..<3 {
            guard let reading = reading() else { return nil }
            guard let book else {
                let used = max(0, reading.space.total - reading.space.available)
                return (used, quota.marks(disk: reading.space, used: used))
            }
            let used = book.used()
            guard reading.generation == book.generation else { continue }
            return (used, quota.marks(disk: reading.space, used: reading.used))
        }
        return nil
    }

    /// Whether quota or disk leave no room for pictures; events without pictures may go on.
    public var refusesPictures: Bool { marks().map { $0.used >= $0.marks.limit } ?? false }

    /// Total and available bytes as a sender of pictures sees them: the quota, not the disk.
    public func pictureSpace() -> DiskSpace? {
        guard let (used, marks) = marks() else { return nil }
        return DiskSpace(total: max(used, marks.limit), available: max(0, marks.limit - used))
    }
}
