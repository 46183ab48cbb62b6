#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Owner and mode of a file or directory.
struct FileStatus: Sendable {
    let owner: UInt32
    let group: UInt32
    /// The permission bits alone.
    let mode: UInt32
    let isDirectory: Bool
    /// Seconds since 1970.
    let changedAt: Int

    /// - Parameter followingLinks: whether a link at the end of the path is followed.
    /// - Returns: nil when there is nothing, or this user may not look.
    init?(_ path: String, followingLinks: Bool = true) {
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        owner = status.st_uid
        group = status.st_gid
        mode = UInt32(status.st_mode) & 0o7777
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        changedAt = status.st_mtim.tv_sec
    }

    /// As chmod takes it: `0750`.
    var octal: String { "0" + String(mode, radix: 8) }

    /// Why nothing can be said about a path.
    enum Absence: Sendable { case missing, hidden }

    /// - Returns: nil when there is something at the path.
    static func absence(of path: String) -> Absence? {
        var status = stat()
        guard stat(path, &status) != 0 else { return nil }
        return errno == EACCES ? .hidden : .missing
    }
}
