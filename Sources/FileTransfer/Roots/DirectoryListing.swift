import Glibc

/// The names of a directory, read some at a time.
final class DirectoryListing {
    struct Entry {
        let name: String
        let status: FileStatus
    }

    private let directory: RootDescriptor
    private let stream: OpaquePointer
    private let includesOwn: Bool

    /// - Parameter includesOwn: whether names that the box keeps for itself are listed too.
    init(_ directory: RootDescriptor, includesOwn: Bool = false) throws(RootError) {
        self.directory = directory
        self.includesOwn = includesOwn
        // The stream moves the position of its description and closes it, so it gets one of its own.
        let own = directory.use { raw in retrying { openat(raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) } }
        guard own >= 0 else { throw RootError(errorNumber: errno, doing: "list") }
        guard let stream = fdopendir(own) else {
            let number = errno
            close(own)
            throw RootError(errorNumber: number, doing: "list")
        }
        self.stream = stream
    }

    deinit { closedir(stream) }

    /// The next names, at most `limit`; empty at the end. What is the box's own is left out, and what is neither file
    /// nor directory.
    func next(_ limit: Int) -> [Entry] {
        var entries: [Entry] = []
        while entries.count < limit, let found = readdir(stream) {
            let name = withUnsafeBytes(of: &found.pointee.d_name) { buffer in
                String(validating: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            // What rsync brought under a name that is no UTF-8 cannot be named by anybody else.
            guard let name, name != ".", name != "..", includesOwn || !PartialFiles.isOwn(name: name) else { continue }
            var status = stat()
            guard directory.use({ fstatat($0, name, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { continue }
            let entry = Entry(name: name, status: FileStatus(status))
            if entry.status.kind != .other { entries.append(entry) }
        }
        return entries
    }
}
