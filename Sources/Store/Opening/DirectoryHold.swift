#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Holds a data directory for this process: a lock that the system takes back when the process dies, and a mark that
/// tells whether the last holder stopped in order.
final class DirectoryHold: Sendable {
    private let descriptor: Int32
    private let mark: String
    /// False when the last holder was killed or lost its power.
    let wasClosedCleanly: Bool

    /// - Throws: `StoreError` `inUse` when another process holds the directory.
    init(directory: String) throws(StoreError) {
        let path = directory + "/appliance.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(.io, operation: "open \(path)", detail: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(descriptor)
            close(descriptor)
            throw StoreError(
                .inUse, operation: "start",
                detail: "the data directory \(directory) is in use by process \(holder); "
                    + "stop it or name another with --data")
        }
        let process = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = process.withCString { pwrite(descriptor, $0, strlen($0), 0) }
        let mark = directory + "/appliance.running"
        wasClosedCleanly = access(mark, F_OK) != 0
        let marker = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard marker >= 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw StoreError(.io, operation: "write \(mark)", detail: reason)
        }
        fsync(marker)
        close(marker)
        self.descriptor = descriptor
        self.mark = mark
    }

    /// Unlocked before it is closed: a program that is being started at this moment has a copy of the descriptor until
    /// it runs, and the lock would live as long.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Marks that everything is closed, and lets the next holder in.
    func releaseCleanly() {
        unlink(mark)
        flock(descriptor, LOCK_UN)
    }

    private static func holder(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let digits = buffer.prefix(max(0, count)).prefix { (48...57).contains($0) }
        return digits.isEmpty ? "?" : String(decoding: digits, as: UTF8.self)
    }
}
