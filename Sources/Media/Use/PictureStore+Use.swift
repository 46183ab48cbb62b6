public import Domain
import Glibc
import Synchronization

/// A file that was unlinked.
public struct RemovedFile: Sendable, Hashable {
    /// Below `images/`.
    public let path: String
    public let storageClass: StorageClass
    /// Bytes in whole blocks.
    public let bytes: Int64
}

extension PictureStore {
    /// Counts all files anew, on a thread of its own, gently. Walks must not overlap.
    ///
    /// - Parameter mustStop: asked now and then; true ends it, and what was known before stays.
    /// - Throws: `MediaError`.
    public func count(while mustStop: @escaping @Sendable () -> Bool = { false }) async throws {
        let counts = counts
        let path = tree.rootPath
        try await walkers.run {
            counts.beginWalk()
            var isComplete = false
            defer { counts.endWalk(isComplete: isComplete) }
            var walk = DirectoryWalk(mustStop: mustStop)
            isComplete = try walk.run(path, entering: counts.enter(folder:)) { file in
                counts.found([
                    StorageClass(pictureNamed: file.name): StorageAmount(files: 1, bytes: file.bytes)
                ])
            }
        }
    }

    /// The room that everything below a directory takes; of a file with several names, its share of each.
    ///
    /// - Parameter path: a directory outside `images/`.
    /// - Returns: nil when it was stopped.
    /// - Throws: `MediaError`.
    public func amount(
        below path: String, while mustStop: @escaping @Sendable () -> Bool = { false }
    ) async throws -> StorageAmount? {
        try await walkers.run {
            var amount = StorageAmount()
            var walk = DirectoryWalk(mustStop: mustStop)
            let isComplete = try walk.run(path) { file in
                amount += StorageAmount(files: 1, bytes: file.bytes / max(1, file.links))
            }
            return isComplete ? amount : nil
        }
    }

    /// The room that pictures take, bytes in whole blocks; 0 for what is not there.
    ///
    /// - Throws: `MediaError` of kind `busy`.
    public func sizes(of paths: [String]) async throws -> [Int64] {
        try await sweepers.run { [self] in
            paths.map { text in
                guard let path = try? PicturePath(text), let directory = try? tree.directory(of: path) else { return 0 }
                return Self.blocks(of: path.name, in: directory.raw) ?? 0
            }
        }
    }

    /// Unlinks files without their thumbnails, on a thread apart from intake's. What is gone already, or cannot be
    /// unlinked, is left out of the result; such a file is an orphan from then on.
    ///
    /// Invariant 8: call it only after the rows that name them have changed.
    /// - Throws: `MediaError` of kind `busy`.
    public func remove(all paths: [String]) async throws -> [RemovedFile] {
        try await sweepers.run { [self] in
            paths.compactMap { text in
                guard let path = try? PicturePath(text), let directory = try? tree.directory(of: path) else {
                    return nil
                }
                return (try? unlinkCounting(path, in: directory.raw)) ?? nil
            }
        }
    }

    /// Unlinks a file and counts it; nil when it was gone already.
    func unlinkCounting(_ path: PicturePath, in directory: Int32) throws(MediaError) -> RemovedFile? {
        let bytes = Self.blocks(of: path.name, in: directory) ?? 0
        guard unlinkat(directory, path.name, 0) == 0 else {
            guard errno == ENOENT else { throw .io(operation: "unlink", path: path.text, errorNumber: errno) }
            return nil
        }
        counts.note(path, StorageAmount(files: -1, bytes: -bytes))
        return RemovedFile(path: path.text, storageClass: StorageClass(pictureNamed: path.name), bytes: bytes)
    }

    /// Counts a file that has just got its name.
    func noteAdded(_ path: PicturePath, in directory: Int32) {
        counts.note(path, StorageAmount(files: 1, bytes: Self.blocks(of: path.name, in: directory) ?? 0))
    }

    /// Bytes in whole blocks.
    static func blocks(of name: String, in directory: Int32) -> Int64? {
        var status = stat()
        return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? Int64(status.st_blocks) * 512 : nil
    }
}
