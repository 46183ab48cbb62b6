import Glibc
import Synchronization

extension PictureStore {
    /// Opens a stored picture or thumbnail. A thumbnail that is missing is made of its picture.
    ///
    /// - Parameter path: as in `StoredPicture`.
    /// - Throws: `MediaError` of kind `missing`, `unsafePath`, `busy` or `io`.
    public func open(_ path: String) async throws -> PictureFile {
        let path = try PicturePath(path)
        do {
            return try await openFile(path)
        } catch let error as MediaError where error.kind == .missing {
            guard try path.pictureOfThumbnail != nil, !thumbnails.isHopeless(path) else { throw error }
        }
        try await thumbnails.makeOnce(path) { [self] in try makeThumbnail(path) }
        return try await openFile(path)
    }

    private func openFile(_ path: PicturePath) async throws -> PictureFile {
        let readers = readers
        return try await readers.run { [self] in
            let directory = try tree.directory(of: path)
            return PictureFile(try openStored(path, in: directory.raw), readers: readers, problems: sealedProblems)
        }
    }

    /// The bytes of a stored picture or thumbnail.
    ///
    /// - Parameters:
    ///   - path: as in `StoredPicture`.
    ///   - range: offsets in bytes, cut at the end of the file; nil for all.
    /// - Throws: as `open`.
    public func read(_ path: String, range: Range<Int>? = nil) async throws -> [UInt8] {
        let file = try await open(path)
        return try await file.read(range ?? 0..<file.size)
    }

    /// Removes a picture and its thumbnail; one that is gone already is no error.
    ///
    /// Invariant 8: call it only after the row that names the picture has changed. It is not synced: should the
    /// machine stop, the file may be there again, and then no row names it.
    ///
    /// - Returns: whether the picture was there.
    /// - Throws: `MediaError` of kind `unsafePath`, `busy` or `io`.
    @discardableResult
    public func remove(_ path: String) async throws -> Bool {
        try await removeWithThumbnail(path).contains { $0.path == path }
    }

    /// The same, and says what was there.
    public func removeWithThumbnail(_ path: String) async throws -> [RemovedFile] {
        let path = try PicturePath(path)
        return try await writers.run { [self] in
            do {
                let directory = try tree.directory(of: path)
                let raw = directory.raw
                let names = [path, try path.thumbnail].compactMap { $0 }
                return try publication.withLock { _ in try names.compactMap { try unlinkCounting($0, in: raw) } }
            } catch let error as MediaError where error.kind == .missing {
                return []
            }
        }
    }
}
