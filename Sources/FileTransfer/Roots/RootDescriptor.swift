import Glibc

/// An open file or directory, closed with its last reference.
final class RootDescriptor: Sendable {
    private let raw: Int32

    init(_ raw: Int32) {
        self.raw = raw
    }

    deinit { close(raw) }

    /// Calls `body` with the number. It is handed out in no other way: a number outlives an object whose last reference
    /// went with it, and would then be another file's.
    func use<Result>(_ body: (Int32) -> Result) -> Result {
        withExtendedLifetime(self) { body(raw) }
    }

    /// Opens `name` in an open directory; a symbolic link in its place is refused.
    static func open(
        _ name: String, in directory: RootDescriptor, flags: Int32, mode: mode_t = 0
    ) throws(RootError) -> RootDescriptor {
        // Without O_NONBLOCK a named pipe would hold the thread.
        let raw = directory.use { directory in
            retrying { openat(directory, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, mode) }
        }
        guard raw >= 0 else { throw RootError(errorNumber: errno, doing: "open") }
        return RootDescriptor(raw)
    }

    func status() throws(RootError) -> FileStatus {
        var status = stat()
        guard use({ fstat($0, &status) }) == 0 else { throw RootError(errorNumber: errno, doing: "stat") }
        return FileStatus(status)
    }

    func sync() throws(RootError) {
        guard use({ raw in retrying { fsync(raw) } }) == 0 else { throw RootError(errorNumber: errno, doing: "sync") }
    }
}

/// Repeats a call as long as a signal interrupts it.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

/// What the file system says of a file, as far as clients and the box need it.
struct FileStatus: Sendable {
    enum Kind: Sendable {
        case file, directory, other
    }

    /// Which file it is, whatever its name.
    struct Identity: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
    }

    let kind: Kind
    /// Bytes.
    let size: Int64
    /// Whole seconds since 1970, and microseconds beyond them.
    let modifiedSeconds: Int64
    let modifiedMicroseconds: Int64
    let changedSeconds: Int64
    let accessedSeconds: Int64
    let identity: Identity
    /// Whether the bytes were taken and only the name is left; see `Placeholder`.
    let isPlaceholder: Bool
    /// Whether it was looked at and stays as it is; writing to it ends that.
    let isNoted: Bool
    let links: UInt64

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .other
            }
        size = Int64(status.st_size)
        modifiedSeconds = Int64(status.st_mtim.tv_sec)
        modifiedMicroseconds = Int64(status.st_mtim.tv_nsec) / 1_000
        changedSeconds = Int64(status.st_ctim.tv_sec)
        accessedSeconds = Int64(status.st_atim.tv_sec)
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        // rsync passes the mode of a file that it replaces on to the new one; that one has bytes.
        isPlaceholder = kind == .file && status.st_mode & S_ISVTX != 0 && status.st_blocks == 0 && status.st_size > 0
        isNoted = kind == .file && status.st_mode & S_ISUID != 0
        links = UInt64(status.st_nlink)
    }
}
