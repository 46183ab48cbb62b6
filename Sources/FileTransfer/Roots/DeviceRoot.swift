import CLinuxCalls
import Glibc

/// The directory of one device, and all that it can reach.
///
/// Every path is walked from the root by handles, one name at a time, and no symbolic link is ever followed. So neither
/// `..` nor a link, nor a link or directory that is put in place between check and use, leads out.
final class DeviceRoot: Sendable {
    private static let directoryMode: mode_t = 0o750
    static let fileMode: mode_t = 0o640

    let directory: RootDescriptor

    /// Opens the root of a device and makes it if there is none.
    /// - Parameters:
    ///   - path: the directory of all roots.
    ///   - name: the device; as a directory's name it is safe.
    init(below path: String, name: String) throws(RootError) {
        let parent = retrying { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard parent >= 0 else { throw RootError(errorNumber: errno, doing: "open the directory of uploads") }
        let roots = RootDescriptor(parent)
        if roots.use({ mkdirat($0, name, Self.directoryMode) }) != 0, errno != EEXIST {
            throw RootError(errorNumber: errno, doing: "make the device's directory")
        }
        directory = try RootDescriptor.open(name, in: roots, flags: O_RDONLY | O_DIRECTORY)
    }

    /// Opens a directory. Those that are missing on the way are made if `making`: cameras name directories that another
    /// server had.
    func openDirectory(_ path: RootPath, making: Bool = false) throws(RootError) -> RootDescriptor {
        var current = directory
        for name in path.names {
            if making, current.use({ mkdirat($0, name, Self.directoryMode) }) != 0, errno != EEXIST {
                throw RootError(errorNumber: errno, doing: "make a directory")
            }
            current = try RootDescriptor.open(name, in: current, flags: O_RDONLY | O_DIRECTORY)
        }
        return current
    }

    /// The directory of `path` and the name in it.
    func parent(of path: RootPath, making: Bool = false) throws(RootError) -> (directory: RootDescriptor, name: String)
    {
        guard let name = path.last else { throw RootError(.failure, "that is the root itself") }
        return (try openDirectory(path.parent, making: making), name)
    }

    func status(of path: RootPath) throws(RootError) -> FileStatus {
        guard let name = path.last else { return try directory.status() }
        var status = stat()
        guard try openDirectory(path.parent).use({ fstatat($0, name, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            throw RootError(errorNumber: errno, doing: "stat")
        }
        return FileStatus(status)
    }

    /// Opens a file to read; directories and devices are refused.
    func openForReading(_ path: RootPath) throws(RootError) -> RootDescriptor {
        let (directory, name) = try parent(of: path)
        let file = try RootDescriptor.open(name, in: directory, flags: O_RDONLY)
        guard try file.status().kind == .file else { throw RootError(.failure, "that is no file") }
        return file
    }

    /// How a file is opened to write it.
    struct Writing: Sendable {
        var isCreating = false
        var isExclusive = false
        var isTruncating = false
    }

    /// Opens a file to write it.
    ///
    /// A file that has other names is a picture of ours (the moment between its taking and its placeholder, or a crash in
    /// that moment): its name is given a new file, so that the picture stays as it is. The same goes for a placeholder.
    func openForWriting(_ path: RootPath, _ writing: Writing) throws(RootError) -> RootDescriptor {
        let (directory, name) = try parent(of: path, making: writing.isCreating)
        var existing = stat()
        if directory.use({ fstatat($0, name, &existing, AT_SYMLINK_NOFOLLOW) }) == 0 {
            let status = FileStatus(existing)
            if status.kind == .file, status.isPlaceholder || status.links > 1 {
                guard !writing.isExclusive else { throw RootError(errorNumber: EEXIST, doing: "open") }
                guard writing.isTruncating else {
                    throw RootError(
                        .permissionDenied, "this file is complete and was taken; send it anew or under another name")
                }
                if directory.use({ unlinkat($0, name, 0) }) != 0, errno != ENOENT {
                    throw RootError(errorNumber: errno, doing: "replace")
                }
            }
        }
        // Whoever takes the file reads it by the same descriptor.
        var flags = O_RDWR
        if writing.isCreating { flags |= O_CREAT }
        if writing.isExclusive { flags |= O_EXCL }
        if writing.isTruncating { flags |= O_TRUNC }
        let file = try RootDescriptor.open(name, in: directory, flags: flags, mode: Self.fileMode)
        let status = try file.status()
        guard status.kind == .file else { throw RootError(.failure, "that is no file") }
        if status.isNoted { file.use { _ = fchmod($0, Self.fileMode) } }
        return file
    }

    func makeDirectory(_ path: RootPath) throws(RootError) {
        let (directory, name) = try parent(of: path, making: true)
        guard directory.use({ mkdirat($0, name, Self.directoryMode) }) == 0 else {
            throw RootError(errorNumber: errno, doing: "make a directory")
        }
    }

    func removeDirectory(_ path: RootPath) throws(RootError) {
        let (directory, name) = try parent(of: path)
        guard directory.use({ unlinkat($0, name, AT_REMOVEDIR) }) == 0 else {
            throw RootError(errorNumber: errno, doing: "remove a directory")
        }
    }

    func removeFile(_ path: RootPath) throws(RootError) {
        let (directory, name) = try parent(of: path)
        guard directory.use({ unlinkat($0, name, 0) }) == 0 else {
            throw RootError(errorNumber: errno, doing: "remove")
        }
    }

    /// - Parameter isReplacing: whether a file that has the new name goes; else that is an error.
    func rename(_ old: RootPath, to new: RootPath, isReplacing: Bool) throws(RootError) {
        let source = try parent(of: old)
        let target = try parent(of: new, making: true)
        let result = source.directory.use { from in
            target.directory.use { to in lpr_rename(from, source.name, to, target.name, isReplacing ? 1 : 0) }
        }
        guard result == 0 else { throw RootError(errorNumber: errno, doing: "rename") }
    }
}
