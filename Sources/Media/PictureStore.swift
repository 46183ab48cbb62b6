import Glibc
public import Logging
import Synchronization

/// The pictures on disk.
///
/// Invariant 8: "A picture is never half there: it is written under a temporary name, synced, renamed, then
/// referenced; it is unlinked only after the row that names it has changed." So `store` goes
///
///     hash → temporary file → fsync → rename → fsync of the directory → StoredPicture
///
/// and a crash at any arrow leaves either a temporary file, which `removeTemporaryLeftovers` removes at the next
/// start, or a whole picture that no row names.
///
/// 1. A path that `store` has returned keeps its bytes until `remove`: an existing sound file is never replaced.
/// 2. New directories are synced into their parents before a picture in them is reported.
/// 3. Blocking work runs on own threads, those for writing apart from those for reading, so that people can look at
///    pictures while the disk is busy with intake.
public final class PictureStore: Sendable {
    let limits: PictureLimits
    let tree: PictureTree
    let readers: FileWorkers
    let writers: FileWorkers
    /// Walks over all files, and sweeps: apart from those that people and cameras wait for.
    let walkers: FileWorkers
    let sweepers: FileWorkers
    /// What lies here, kept at each change.
    public let counts = PictureCounts()
    private let temporary: TemporaryFiles
    private let logger: Logger
    /// Held for the look whether a name is taken and the rename to it, which together have to be one step. The
    /// appliance is the only process that writes here.
    private let publication = Mutex(())

    /// Opens the directories and makes those that are missing (0750); their parents have to exist.
    ///
    /// - Parameters:
    ///   - directory: where the pictures lie, `images/`.
    ///   - temporaryDirectory: on the same file system, because a rename does not leave it.
    ///   - limits: what is accepted as a picture.
    ///   - writerThreads: how many pictures are hashed, written and reduced at once.
    /// - Throws: `MediaError.io`, also when the two directories are on different file systems.
    public init(
        directory: String,
        temporaryDirectory: String,
        limits: PictureLimits = PictureLimits(),
        writerThreads: Int = 2,
        logger: Logger
    ) throws(MediaError) {
        self.limits = limits
        self.logger = logger
        tree = try PictureTree(root: directory)
        temporary = try TemporaryFiles(path: temporaryDirectory)
        try Self.checkOneFileSystem(tree.root.raw, temporary.directory.raw, path: temporaryDirectory)
        // 256 waiting pictures are about two seconds of work; 48 MiB keep the memory of the whole within its bounds.
        writers = try FileWorkers(threads: writerThreads, countLimit: 256, byteLimit: 48 * 1_024 * 1_024)
        readers = try FileWorkers(threads: 2, countLimit: 512, byteLimit: .max)
        walkers = try FileWorkers(threads: 1, countLimit: 16, byteLimit: .max)
        sweepers = try FileWorkers(threads: 1, countLimit: 64, byteLimit: .max)
    }

    private static func checkOneFileSystem(_ first: Int32, _ second: Int32, path: String) throws(MediaError) {
        var one = stat()
        var other = stat()
        guard fstat(first, &one) == 0, fstat(second, &other) == 0 else {
            throw .io(operation: "stat", path: path, errorNumber: errno)
        }
        guard one.st_dev == other.st_dev else {
            throw .io(operation: "use as temporary directory", path: path, errorNumber: EXDEV)
        }
    }

    /// Stores a picture and returns when it is on disk.
    ///
    /// The same picture of the same event, role and day gives the same path again, with `isNew` false. A JPEG whose
    /// header is sound but whose body is damaged is stored, without a thumbnail: a picture from a bad link is still
    /// evidence. A thumbnail that cannot be made or written never fails the picture.
    ///
    /// - Parameters:
    ///   - bytes: the file as it was received.
    ///   - eventID: the event that the picture belongs to; any text.
    ///   - capturedAt: microseconds since 1970 UTC; gives the day in the path.
    /// - Throws: `MediaError` of kind `tooLarge`, `notAPicture`, `busy`, `noSpace` or `io`. Then nothing is left of it.
    public func store(
        _ bytes: [UInt8],
        eventID: String,
        role: PictureRole,
        capturedAt: Int64
    ) async throws -> StoredPicture {
        guard bytes.count <= limits.byteCount else {
            throw MediaError.tooLarge(byteCount: bytes.count, limit: limits.byteCount)
        }
        let header: PictureHeader
        do {
            header = try PictureHeader.read(bytes, limits: limits)
        } catch {
            throw MediaError.notAPicture(error)
        }
        return try await writers.run(byteCount: bytes.count) { [self] in
            try write(bytes, header: header, eventID: eventID, role: role, capturedAt: capturedAt)
        }
    }

    /// Removes what an earlier run that ended without warning left unfinished; for the start.
    ///
    /// - Returns: the number of files removed.
    /// - Throws: `MediaError.io` or `MediaError.busy`.
    @discardableResult
    public func removeTemporaryLeftovers() async throws -> Int {
        try await writers.run { [self] in try temporary.removeLeftovers() }
    }
}

extension PictureStore {
    private enum Placement {
        case new, thereAlready
        /// The name belongs to another picture.
        case taken
    }

    private func write(
        _ bytes: [UInt8],
        header: PictureHeader,
        eventID: String,
        role: PictureRole,
        capturedAt: Int64
    ) throws(MediaError) -> StoredPicture {
        let digest = Digest.sha256(bytes)
        let hash = hexadecimal(digest)
        // Two pictures whose hashes start alike can be made on purpose within seconds, to exchange evidence after the
        // fact; the second then gets the whole hash in its name.
        for digits in [12, hash.count] {
            let path = try PictureName.path(
                eventID: eventID,
                role: role,
                capturedAt: capturedAt,
                format: header.format,
                hash: String(hash.prefix(digits))
            )
            let directory = try tree.makeDirectory(of: path)
            let placement = try place(bytes, digest, hash: String(hash.prefix(digits)), at: path, in: directory)
            if placement == .taken { continue }
            let isNew = placement == .new
            var thumbnail: PicturePath?
            if role == .image, header.format == .jpeg {
                thumbnail = placeThumbnail(of: bytes, header: header, at: path, in: directory, isNew: isNew)
            }
            // Should this fail, the picture stays as a whole file that no row names. To unlink it would be wrong: the
            // same picture may have been reported to another sender meanwhile.
            try directory.sync(shownPath: path.text)
            return StoredPicture(
                path: path.text,
                thumbnailPath: thumbnail?.text,
                byteCount: bytes.count,
                sha256: digest,
                format: header.format,
                width: header.width,
                height: header.height,
                isNew: isNew,
                thumbnailByteCount: thumbnail.flatMap { Self.blocks(of: $0.name, in: directory.raw) }.map { Int($0) }
                    ?? 0
            )
        }
        throw .io(operation: "name picture", path: hash, errorNumber: EEXIST)
    }

    private func place(
        _ bytes: [UInt8],
        _ digest: [UInt8],
        hash: String,
        at path: PicturePath,
        in directory: borrowing Descriptor
    ) throws(MediaError) -> Placement {
        if let existing = try compare(digest, hash: hash, with: path, in: directory.raw) { return existing }
        let name = try temporary.write(bytes)
        do {
            let placement = try publish(name, digest, hash: hash, at: path, in: directory.raw)
            if placement != .new { temporary.remove(name) }
            return placement
        } catch {
            temporary.remove(name)
            throw error
        }
    }

    private func publish(
        _ name: String,
        _ digest: [UInt8],
        hash: String,
        at path: PicturePath,
        in directory: Int32
    ) throws(MediaError) -> Placement {
        try publication.withLock { (_) throws(MediaError) -> Placement in
            // Somebody else may have stored the same picture while this one was written.
            if let existing = try compare(digest, hash: hash, with: path, in: directory) { return existing }
            guard renameat(temporary.directory.raw, name, directory, path.name) == 0 else {
                throw .io(operation: "rename to", path: path.text, errorNumber: errno)
            }
            noteAdded(path, in: directory)
            return .new
        }
    }

    /// How the file that has this name already relates to the picture with `digest`; nil when there is none, or when it
    /// is not what its name says (the disk damaged it) and is to be replaced.
    private func compare(
        _ digest: [UInt8],
        hash: String,
        with path: PicturePath,
        in directory: Int32
    ) throws(MediaError) -> Placement? {
        let existing: [UInt8]
        do {
            let file = try Descriptor.open(path.name, in: directory, flags: O_RDONLY | O_NONBLOCK, shownPath: path.text)
            existing = try Digest.sha256(of: file, shownPath: path.text)
        } catch let error where error.kind == .missing {
            return nil
        }
        if existing == digest { return .thereAlready }
        return hexadecimal(existing).hasPrefix(hash) ? .taken : nil
    }

    private func placeThumbnail(
        of bytes: [UInt8],
        header: PictureHeader,
        at path: PicturePath,
        in directory: borrowing Descriptor,
        isNew: Bool
    ) -> PicturePath? {
        do {
            guard let target = try path.thumbnail else { return nil }
            if !isNew, faccessat(directory.raw, target.name, R_OK, 0) == 0 { return target }
            let name = try temporary.write(try Thumbnail.make(of: bytes, header: header))
            guard renameat(temporary.directory.raw, name, directory.raw, target.name) == 0 else {
                let number = errno
                temporary.remove(name)
                throw MediaError.io(operation: "rename to", path: target.text, errorNumber: number)
            }
            noteAdded(target, in: directory.raw)
            return target
        } catch let failure as TurboJPEG.Failure {
            logger.debug("picture without thumbnail", metadata: ["path": "\(path.text)", "cause": "\(failure)"])
        } catch {
            logger.warning("thumbnail not stored", metadata: ["path": "\(path.text)", "cause": "\(error)"])
        }
        return nil
    }
}
