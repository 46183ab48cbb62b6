#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Measures how long a disk takes to have a few kilobytes for certain.
enum SyncTimes {
    enum Outcome: Sendable, Hashable {
        /// Milliseconds.
        case times(median: Double, longest: Double)
        /// The error number of the system.
        case failed(Int32)
    }

    private static let count = 9
    private static let timeLimit: Duration = .seconds(3)
    private static let pageSize = 4_096

    /// Appends a page to a file and syncs it, several times.
    ///
    /// The file has no name any more when the first page is written. Should this be killed before, the next start of the
    /// appliance takes it away with the unfinished pictures, as whose it is named.
    static func measure(in directory: String) -> Outcome {
        let path = "\(directory)/picture-doctor-\(getpid()).part"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return .failed(errno) }
        defer { close(descriptor) }
        unlink(path)
        let page = [UInt8](repeating: 0x5a, count: pageSize)
        var times: [Double] = []
        let clock = ContinuousClock()
        let end = clock.now + timeLimit
        while times.count < count, clock.now < end {
            let begin = clock.now
            guard write(descriptor, page, pageSize) == pageSize, fsync(descriptor) == 0 else { return .failed(errno) }
            let time = (clock.now - begin).components
            times.append(Double(time.seconds) * 1_000 + Double(time.attoseconds) / 1e15)
        }
        times.sort()
        return .times(median: times[times.count / 2], longest: times[times.count - 1])
    }
}
