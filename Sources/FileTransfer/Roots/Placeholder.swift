import CLinuxCalls
import Glibc

/// What stands in a device's root in place of a file that was taken: the same name, size and time of change, and no
/// bytes. So a camera that looks whether its picture has arrived sees it, rsync does not send it again, and the bytes
/// are on the disk once.
///
/// It is told from other files by the sticky bit, which has no meaning for files and which no client can set.
enum Placeholder {
    static let temporaryPrefix = ".~lpr-"
    private static let mode: mode_t = S_ISVTX | 0o440

    /// Puts a placeholder in the place of `file`, unless another file has that name by now: then that one stays.
    ///
    /// - Parameter token: makes the temporary name its own.
    /// - Returns: whether the placeholder is there.
    static func replace(
        _ file: FileStatus, named name: String, in parent: RootDescriptor, token: UInt64
    ) throws(RootError) -> Bool {
        let temporary = temporaryPrefix + String(token, radix: 16)
        let placeholder = try RootDescriptor.open(
            temporary, in: parent, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        defer { parent.use { _ = unlinkat($0, temporary, 0) } }
        let times = [
            timespec(tv_sec: Int(file.accessedSeconds), tv_nsec: 0),
            timespec(tv_sec: Int(file.modifiedSeconds), tv_nsec: Int(file.modifiedMicroseconds) * 1_000),
        ]
        let isMade = placeholder.use { raw in
            ftruncate(raw, off_t(file.size)) == 0 && futimens(raw, times) == 0 && fchmod(raw, mode) == 0
        }
        guard isMade else { throw RootError(errorNumber: errno, doing: "mark the file as taken") }
        // An exchange shows what had the name: a file that came meanwhile is put back and not lost.
        guard parent.use({ lpr_exchange_names($0, temporary, name) }) == 0 else {
            if errno == ENOENT { return false }
            throw RootError(errorNumber: errno, doing: "mark the file as taken")
        }
        var exchanged = stat()
        guard parent.use({ fstatat($0, temporary, &exchanged, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            throw RootError(errorNumber: errno, doing: "mark the file as taken")
        }
        if FileStatus(exchanged).identity == file.identity { return true }
        guard parent.use({ lpr_exchange_names($0, temporary, name) }) == 0 else {
            throw RootError(errorNumber: errno, doing: "put back a newer file")
        }
        return false
    }
}
