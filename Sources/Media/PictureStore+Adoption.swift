import Glibc

extension PictureStore {
    /// Stores the picture that an open file holds and returns when it is on disk under its own name (invariant 8).
    ///
    /// The file itself stays where it is. The picture is a second name (hard link) of the very same file, or a copy
    /// where that cannot be: sealed, with a position that is removed, on another file system, or without `/proc`. The caller has synced the file and lets nobody
    /// write to it, neither meanwhile nor later.
    ///
    /// No thumbnail is made now: `thumbnailPath` of a JPEG is set all the same, and `open` makes a missing thumbnail
    /// when it is first asked for.
    ///
    /// - Parameters:
    ///   - descriptor: open for reading, of a regular file; its position does not matter and is not moved.
    ///   - owner: the event that the picture belongs to, or what stands for it; any text.
    ///   - capturedAt: microseconds since 1970 UTC; gives the day in the path.
    /// - Throws: `MediaError` as `store`, and `unsafePath` for what is no regular file. Then nothing is left of it.
    public func adopt(
        descriptor: Int32,
        owner: String,
        role: PictureRole,
        capturedAt: Int64
    ) async throws -> StoredPicture {
        let stored = try await writers.run { [self] in
            let file = try OpenFile(
                try .duplicate(of: descriptor, shownPath: "arrived file"), shownPath: "arrived file")
            guard file.size <= limits.byteCount else {
                throw MediaError.tooLarge(byteCount: file.size, limit: limits.byteCount)
            }
            let header = try PictureHeader.read(file, limits: limits)
            let subject = Subject(owner: owner, role: role, capturedAt: capturedAt, header: header)
            guard options.stripsPosition,
                let stripped = PositionRemoval.apply(to: try file.read(0..<file.size), format: header.format)
            else { return try write(.file(file), of: subject) }
            return try write(.bytes(stripped), of: subject)
        }
        if stored.isNew, let thumbnail = stored.thumbnailPath { makeLater(try PicturePath(thumbnail)) }
        return stored
    }
}

extension PictureHeader {
    /// Bytes that hold the header of nearly every picture.
    private static let firstRead = 64 * 1_024

    /// Reads the header from the beginning of a file, as much of it as the header needs.
    static func read(_ file: OpenFile, limits: PictureLimits) throws(MediaError) -> PictureHeader {
        var length = min(file.size, firstRead)
        while true {
            let start = try file.read(0..<length)
            do {
                return try read(start, limits: limits)
            } catch {
                guard case .truncated = error, start.count == length, length < file.size else {
                    throw .notAPicture(error)
                }
                length = min(file.size, length * 4)
            }
        }
    }
}
