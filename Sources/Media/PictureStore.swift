import Glibc
public import Logging
import Synchronization
import Vault

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
    let options: PictureOptions
    let sealedProblems = SealedProblems()
    let crops = PlateCrops()
    let tree: PictureTree
    let readers: FileWorkers
    let writers: FileWorkers
    /// Walks over all files, and sweeps: apart from those that people and cameras wait for.
    let walkers: FileWorkers
    let sweepers: FileWorkers
    /// What lies here, kept at each change.
    public let counts = PictureCounts()
    let temporary: TemporaryFiles
    let thumbnails: ThumbnailWork
    let logger: Logger
    /// Held for the look whether a name is taken and the rename to it, which together have to be one step, and for
    /// the removal of a picture with its thumbnail. The appliance is the only process that writes here.
    let publication = Mutex(())

    /// Opens the directories and makes those that are missing (0750); their parents have to exist.
    ///
    /// - Parameters:
    ///   - directory: where the pictures lie, `images/`.
    ///   - temporaryDirectory: on the same file system, because a rename does not leave it.
    ///   - limits: what is accepted as a picture.
    ///   - options: what is done to a picture before it is stored, and the keys of sealed ones.
    ///   - writerThreads: how many pictures are hashed, written and reduced at once.
    /// - Throws: `MediaError.io`, also when the two directories are on different file systems.
    public init(
        directory: String,
        temporaryDirectory: String,
        limits: PictureLimits = PictureLimits(),
        options: PictureOptions = PictureOptions(),
        writerThreads: Int = 2,
        logger: Logger
    ) throws(MediaError) {
        self.limits = limits
        self.options = options
        self.logger = logger
        tree = try PictureTree(root: directory)
        temporary = try TemporaryFiles(path: temporaryDirectory)
        try Self.checkOneFileSystem(tree.root.raw, temporary.directory.raw, path: temporaryDirectory)
        // 256 waiting pictures are about two seconds of work; 48 MiB keep the memory of the whole within its bounds.
        writers = try FileWorkers(threads: writerThreads, countLimit: 256, byteLimit: 48 * 1_024 * 1_024)
        readers = try FileWorkers(threads: 2, countLimit: 512, byteLimit: .max)
        thumbnails = try ThumbnailWork()
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
            let bytes =
                options.stripsPosition ? PositionRemoval.apply(to: bytes, format: header.format) ?? bytes : bytes
            let subject = Subject(owner: eventID, role: role, capturedAt: capturedAt, header: header)
            var stored = try write(.bytes(bytes), of: subject)
            guard let thumbnail = stored.thumbnailPath else { return stored }
            guard let room = placeThumbnail(of: bytes, header: header, at: thumbnail, isNew: stored.isNew) else {
                return stored.withoutThumbnail
            }
            stored.thumbnailByteCount = room
            return stored
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
