public import Domain
import Glibc
import Synchronization

/// A folder of one day, as the sweep walks them.
public struct PictureDay: Sendable, Hashable {
    /// `YYYY/MM/DD`.
    public let path: String
    /// The day's first moment, UTC.
    public let start: Instant
}

/// Lists the pictures of one day in pieces, so that a day of any size takes little memory.
///
/// It is used by one task at a time.
public final class PictureListing: Sendable {
    private let stream: Mutex<DirectoryStream>
    private let day: PictureDay
    private let readers: FileWorkers

    /// One opendir, closed when it goes.
    private struct DirectoryStream: ~Copyable, @unchecked Sendable {
        // Only used under the mutex.
        let raw: OpaquePointer
        deinit { closedir(raw) }
    }

    init(_ stream: OpaquePointer, day: PictureDay, readers: FileWorkers) {
        self.stream = Mutex(DirectoryStream(raw: stream))
        self.day = day
        self.readers = readers
    }

    /// The next paths of pictures, as rows name them; that of a thumbnail is its picture's. Empty at the end.
    ///
    /// - Throws: `MediaError.busy`.
    public func next(_ limit: Int) async throws -> Set<String> {
        try await readers.run { [self] in
            stream.withLock { stream in
                var paths: Set<String> = []
                var looked = 0
                // A piece of thumbnails alone must not look like the end.
                while paths.isEmpty || looked < limit, let entry = readdir(stream.raw) {
                    let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                        String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
                    }
                    guard !name.hasPrefix("."), let path = try? PicturePath("\(day.path)/\(name)") else { continue }
                    looked += 1
                    let picture = (try? path.pictureOfThumbnail) ?? path
                    if PictureFormat(fileExtensionOf: picture.name) != nil { paths.insert(picture.text) }
                }
                return paths
            }
        }
    }
}

extension PictureStore {
    /// The days that have a folder, oldest first. Folders of other names are not ours and left alone.
    ///
    /// - Throws: `MediaError`.
    public func days() async throws -> [PictureDay] {
        try await readers.run { [self] in
            var days: [PictureDay] = []
            for year in try folders("", digits: 4) {
                for month in try folders(year, digits: 2) {
                    for day in try folders(month, digits: 2) {
                        let parts = day.split(separator: "/").compactMap { Int($0) }
                        guard parts.count == 3, (1...12).contains(parts[1]),
                            (1...CivilDate.daysIn(month: parts[1], year: parts[0])).contains(parts[2])
                        else { continue }
                        let date = CivilDate(year: parts[0], month: parts[1], day: parts[2])
                        days.append(PictureDay(path: day, start: date.instant))
                    }
                }
            }
            return days
        }
    }

    /// - Throws: `MediaError`; `missing` when the folder has gone.
    public func listing(of day: PictureDay) async throws -> PictureListing {
        let readers = readers
        return try await readers.run { [self] in
            PictureListing(try stream(day.path), day: day, readers: readers)
        }
    }

    /// Those of `paths` that are not there. A path that is none counts as there: nobody can say what it means.
    ///
    /// - Throws: `MediaError`, also when it cannot be said of one of them.
    public func missing(among paths: [String]) async throws -> Set<String> {
        guard !paths.isEmpty else { return [] }
        return try await readers.run { [self] in
            var missing: Set<String> = []
            for text in paths {
                guard let path = try? PicturePath(text) else { continue }
                do {
                    let directory = try tree.directory(of: path)
                    guard faccessat(directory.raw, path.name, F_OK, AT_SYMLINK_NOFOLLOW) != 0 else { continue }
                    guard errno == ENOENT else {
                        throw MediaError.io(operation: "look for", path: path.text, errorNumber: errno)
                    }
                    missing.insert(text)
                } catch let error as MediaError where error.kind == .missing {
                    missing.insert(text)
                }
            }
            return missing
        }
    }

    /// Removes a picture that no row names, and its thumbnail, unless it is young: one that was stored, or found there
    /// when it was stored again, may be named any moment. Its times of change and of the inode both count, so that
    /// neither a camera's clock nor a restored backup makes it old; what lies in the future is young.
    ///
    /// - Returns: how many files were removed.
    /// - Throws: `MediaError`.
    public func removeOrphan(_ path: String, untouchedSince limit: Instant) async throws -> Int {
        let path = try PicturePath(path)
        return try await writers.run { [self] in
            let directory = try tree.directory(of: path)
            let raw = directory.raw
            return try publication.withLock { _ in
                var removed = 0
                for file in [path, try path.thumbnail].compactMap({ $0 }) {
                    var status = stat()
                    guard fstatat(raw, file.name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
                    guard status.st_mode & S_IFMT == S_IFREG, status.st_mtim.tv_sec < limit.microseconds / 1_000_000,
                        status.st_ctim.tv_sec < limit.microseconds / 1_000_000
                    else { return removed }
                    _ = try unlinkCounting(file, in: raw)
                    removed += 1
                }
                return removed
            }
        }
    }

    private func folders(_ parent: String, digits: Int) throws -> [String] {
        let stream = try stream(parent)
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.utf8.count == digits, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { continue }
            names.append(parent.isEmpty ? name : "\(parent)/\(name)")
        }
        return names.sorted()
    }

    private func stream(_ folder: String) throws -> OpaquePointer {
        // Walked like the directory of a file in it, so that no link is followed.
        let directory = try tree.directory(of: PicturePath(folder.isEmpty ? "x" : "\(folder)/x"))
        let own = openat(directory.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw MediaError.io(operation: "open directory", path: folder, errorNumber: errno) }
        guard let stream = fdopendir(own) else {
            let number = errno
            close(own)
            throw MediaError.io(operation: "list directory", path: folder, errorNumber: number)
        }
        return stream
    }
}
