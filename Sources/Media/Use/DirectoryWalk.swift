import Domain
import Glibc

/// Looks at every file below a directory without following links, gently: a pause after each thousand.
///
/// Its memory is bounded by the folders on the way down, not by the files.
struct DirectoryWalk {
    /// Folders of one folder that are remembered to go into (invariant 5): far more than days of a month or devices.
    private static let folderLimit = 100_000
    private static let depthLimit = 64
    private static let pauseEvery = 1_000
    /// A million files cost five seconds of pauses.
    private static let pauseMicroseconds: UInt32 = 5_000

    struct File {
        let name: String
        /// Bytes in whole blocks; a sparse file takes only what was written.
        let bytes: Int64
        let links: Int64
    }

    private var seen = 0
    private let mustStop: @Sendable () -> Bool

    init(mustStop: @escaping @Sendable () -> Bool) { self.mustStop = mustStop }

    /// - Parameters:
    ///   - path: where to begin; nothing is found where there is nothing.
    ///   - entering: is told of each folder, in the order of their names; "" is the first one.
    /// - Returns: false when it was stopped.
    mutating func run(
        _ path: String, entering: (String) -> Void = { _ in }, file: (File) -> Void
    ) throws(MediaError) -> Bool {
        let raw = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else {
            if errno == ENOENT { return true }
            throw .io(operation: "open directory", path: path, errorNumber: errno)
        }
        return try walk(raw, "", depth: 0, entering, file)
    }

    /// - Parameter raw: is closed.
    private mutating func walk(
        _ raw: Int32, _ folder: String, depth: Int, _ entering: (String) -> Void, _ file: (File) -> Void
    ) throws(MediaError) -> Bool {
        guard let stream = fdopendir(raw) else {
            let number = errno
            close(raw)
            throw .io(operation: "list directory", path: folder, errorNumber: number)
        }
        defer { closedir(stream) }
        entering(folder)
        var folders: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            seen += 1
            if seen % Self.pauseEvery == 0 {
                if mustStop() { return false }
                usleep(Self.pauseMicroseconds)
            }
            var status = stat()
            // What has gone meanwhile takes no room.
            guard fstatat(raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: if folders.count < Self.folderLimit { folders.append(name) }
            case S_IFREG:
                file(File(name: name, bytes: Int64(status.st_blocks) * 512, links: Int64(status.st_nlink)))
            default: continue
            }
        }
        guard depth < Self.depthLimit else { return true }
        for name in folders.sorted() {
            let inside = openat(raw, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            guard inside >= 0 else { continue }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            guard try walk(inside, path, depth: depth + 1, entering, file) else { return false }
        }
        return true
    }
}
