import Glibc

extension PictureStore {
    /// Gives the picture that an open regular file holds a name of its own, and returns when that is on disk.
    ///
    /// The file itself stays where it is: the picture is a hard link to the very same inode. No thumbnail is made.
    ///
    /// - Parameters:
    ///   - descriptor: synced by the caller, who lets nobody write to it meanwhile.
    ///   - owner: whom the picture belongs to, as `eventID` of `store`.
    /// - Throws: `MediaError` of kind `tooLarge`, `notAPicture`, `busy`, `noSpace` or `io`. Then nothing is left of it.
    public func adopt(
        descriptor: Int32, owner: String, role: PictureRole, capturedAt: Int64
    ) async throws -> StoredPicture {
        try await writers.run { [self] in
            let bytes = try Self.read(descriptor, limit: limits.byteCount)
            let header: PictureHeader
            do throws(PictureProblem) {
                header = try PictureHeader.read(bytes, limits: limits)
            } catch {
                throw MediaError.notAPicture(error)
            }
            let digest = Digest.sha256(bytes)
            let hash = hexadecimal(digest)
            let path = try PictureName.path(
                eventID: owner, role: role, capturedAt: capturedAt, format: header.format, hash: String(hash.prefix(12))
            )
            let directory = try tree.makeDirectory(of: path)
            let source = "/proc/self/fd/\(descriptor)"
            var isNew = true
            if linkat(AT_FDCWD, source, directory.raw, path.name, AT_SYMLINK_FOLLOW) != 0 {
                guard errno == EEXIST else {
                    throw MediaError.io(operation: "link", path: path.text, errorNumber: errno)
                }
                isNew = false
            }
            try directory.sync(shownPath: path.text)
            return StoredPicture(
                path: path.text, thumbnailPath: nil, byteCount: bytes.count, sha256: digest, format: header.format,
                width: header.width, height: header.height, isNew: isNew)
        }
    }

    private static func read(_ descriptor: Int32, limit: Int) throws -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw MediaError.io(operation: "stat", path: "received file", errorNumber: errno)
        }
        guard status.st_size <= limit else {
            throw MediaError.tooLarge(byteCount: Int(status.st_size), limit: limit)
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                retryingInterrupts {
                    pread(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, filled)
                }
            }
            guard count > 0 else {
                throw MediaError.io(operation: "read", path: "received file", errorNumber: count < 0 ? errno : EIO)
            }
            filled += count
        }
        return bytes
    }
}
