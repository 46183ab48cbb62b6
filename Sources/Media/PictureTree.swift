import Glibc
import Synchronization

/// The directories below one root, walked one part at a time by handles that never follow a symbolic link. So
/// neither `..` nor a link, nor one that is put in place between check and use, leads out.
final class PictureTree: Sendable {
    private static let directoryMode: mode_t = 0o750

    /// The root as an absolute path without links. As it is given it may be a link, for example to another disk.
    let rootPath: String
    let root: Descriptor
    /// Directories whose name in their parent is known to be on disk. Bounded; forgetting one costs an fsync.
    private let synced = Mutex<Set<String>>([])
    private static let syncedLimit = 256

    /// Opens the root and makes it if there is none; its parent has to exist.
    init(root path: String) throws(MediaError) {
        if mkdir(path, Self.directoryMode) != 0, errno != EEXIST {
            throw .io(operation: "make directory", path: path, errorNumber: errno)
        }
        let raw = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else { throw .io(operation: "open directory", path: path, errorNumber: errno) }
        root = Descriptor(raw: raw)
        guard let resolved = realpath(path, nil) else {
            throw .io(operation: "resolve directory", path: path, errorNumber: errno)
        }
        defer { free(resolved) }
        rootPath = String(cString: resolved)
        // Also when it was there already: the process that made it may have died before this.
        let parent = Glibc.open(path + "/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw .io(operation: "open directory", path: path + "/..", errorNumber: errno) }
        try Descriptor(raw: parent).sync(shownPath: path + "/..")
    }

    /// The directory that holds `path`.
    func directory(of path: PicturePath) throws(MediaError) -> Descriptor {
        try open(path.directories[...], in: root.raw, shown: "", making: false)
    }

    /// The directory that holds `path`; what is missing of it is made, and is on disk when this returns.
    func makeDirectory(of path: PicturePath) throws(MediaError) -> Descriptor {
        try open(path.directories[...], in: root.raw, shown: "", making: true)
    }

    private func open(
        _ parts: ArraySlice<String>,
        in parent: Int32,
        shown: String,
        making: Bool
    ) throws(MediaError) -> Descriptor {
        guard let part = parts.first else {
            return try Descriptor.open(".", in: parent, flags: O_RDONLY | O_DIRECTORY, shownPath: rootPath)
        }
        let path = shown.isEmpty ? part : "\(shown)/\(part)"
        let directory =
            making
            ? try make(part, in: parent, path: path)
            : try Descriptor.open(part, in: parent, flags: O_RDONLY | O_DIRECTORY, shownPath: path)
        if parts.count == 1 { return directory }
        return try open(parts.dropFirst(), in: directory.raw, shown: path, making: making)
    }

    private func make(_ part: String, in parent: Int32, path: String) throws(MediaError) -> Descriptor {
        if synced.withLock({ $0.contains(path) }) {
            do {
                return try Descriptor.open(part, in: parent, flags: O_RDONLY | O_DIRECTORY, shownPath: path)
            } catch let error where error.kind == .missing {
                // Somebody removed it since; it is made again.
            }
        }
        if mkdirat(parent, part, Self.directoryMode) != 0, errno != EEXIST {
            throw .io(operation: "make directory", path: path, errorNumber: errno)
        }
        guard retryingInterrupts({ fsync(parent) }) == 0 else {
            throw .io(operation: "fsync parent of", path: path, errorNumber: errno)
        }
        synced.withLock { synced in
            if synced.count >= Self.syncedLimit { synced.removeAll() }
            synced.insert(path)
        }
        return try Descriptor.open(part, in: parent, flags: O_RDONLY | O_DIRECTORY, shownPath: path)
    }
}
