import Glibc
import Synchronization
import Vault

/// What is to be put on disk.
enum PictureContent: Sendable {
    case bytes([UInt8])
    case file(OpenFile)

    var byteCount: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let file): file.size
        }
    }

    /// The bytes of `range`, which lies inside.
    func read(_ range: Range<Int>) throws(MediaError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): Array(bytes[range])
        case .file(let file): try file.read(range)
        }
    }

    func digest() throws(MediaError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): Digest.sha256(bytes)
        case .file(let file): try file.digest()
        }
    }
}

extension PictureStore {
    /// What a picture shows, and of whom: gives its name.
    struct Subject: Sendable {
        var owner: String
        var role: PictureRole
        var capturedAt: Int64
        var header: PictureHeader
    }

    private enum Placement {
        case new, thereAlready
        /// The name belongs to another picture.
        case taken
    }

    /// Puts a picture in its place (invariant 8). No thumbnail is made; its path is given where there can be one.
    func write(_ content: PictureContent, of subject: Subject) throws(MediaError) -> StoredPicture {
        let digest = try content.digest()
        let hash = hexadecimal(digest)
        // Two pictures whose hashes start alike can be made on purpose within seconds, to exchange evidence after the
        // fact; the second then gets the whole hash in its name.
        for digits in [12, hash.count] {
            let path = try PictureName.path(
                eventID: subject.owner,
                role: subject.role,
                capturedAt: subject.capturedAt,
                format: subject.header.format,
                hash: String(hash.prefix(digits))
            )
            let directory = try tree.makeDirectory(of: path)
            let placement = try place(content, digest, hash: String(hash.prefix(digits)), at: path, in: directory)
            if placement == .taken { continue }
            // Should this fail, the picture stays as a whole file that no row names. To unlink it would be wrong: the
            // same picture may have been reported to another sender meanwhile.
            try directory.sync(shownPath: path.text)
            let hasThumbnail = subject.role == .image && subject.header.format == .jpeg
            return StoredPicture(
                path: path.text,
                thumbnailPath: hasThumbnail ? try path.thumbnail?.text : nil,
                byteCount: content.byteCount,
                sha256: digest,
                format: subject.header.format,
                width: subject.header.width,
                height: subject.header.height,
                isNew: placement == .new
            )
        }
        throw .io(operation: "name picture", path: hash, errorNumber: EEXIST)
    }

    private func place(
        _ content: PictureContent,
        _ digest: [UInt8],
        hash: String,
        at path: PicturePath,
        in directory: borrowing Descriptor
    ) throws(MediaError) -> Placement {
        if let existing = try compare(digest, hash: hash, with: path, in: directory.raw) {
            let raw = directory.raw
            if existing != .thereAlready || publication.withLock({ _ in renew(path, in: raw) }) { return existing }
        }
        let name = try temporary.place(content, sealed: try sealing(content, at: path))
        do {
            let placement = try publish(name, digest, hash: hash, at: path, in: directory.raw)
            if placement != .new { temporary.remove(name) }
            return placement
        } catch {
            temporary.remove(name)
            throw error
        }
    }

    /// How a file is sealed that is written to `path`; nil when it is not.
    func sealing(_ content: PictureContent, at path: PicturePath) throws(MediaError) -> SealedFile? {
        guard options.seals else { return nil }
        guard let key = options.keys?.sealing else { throw .noSealingKey }
        do {
            return try SealedFile(sealing: content.byteCount, label: path.text, with: key)
        } catch {
            throw MediaError(error, path: path.text)
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
            if let existing = try compare(digest, hash: hash, with: path, in: directory) {
                if existing != .thereAlready || renew(path, in: directory) { return existing }
            }
            guard renameat(temporary.directory.raw, name, directory, path.name) == 0 else {
                throw .io(operation: "rename to", path: path.text, errorNumber: errno)
            }
            noteAdded(path, in: directory)
            return .new
        }
    }

    /// Makes a picture that is named again young for `removeOrphan`, by the time of its inode.
    ///
    /// - Returns: false when it was removed meanwhile.
    private func renew(_ path: PicturePath, in directory: Int32) -> Bool {
        fchmodat(directory, path.name, TemporaryFiles.mode, 0) == 0 || errno != ENOENT
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
            existing = try openStored(path, in: directory).digest()
        } catch {
            switch error.kind {
            case .missing, .damaged: return nil
            // Nobody can say what it is, so it stays, and the picture gets its longer name.
            case .keyMissing: return .taken
            default: throw error
            }
        }
        if existing == digest { return .thereAlready }
        return hexadecimal(existing).hasPrefix(hash) ? .taken : nil
    }

    /// Opens a file in its directory.
    func openStored(_ path: PicturePath, in directory: Int32) throws(MediaError) -> OpenFile {
        // Without O_NONBLOCK a named pipe in the directory would hold the thread for ever.
        let flags = O_RDONLY | O_NONBLOCK
        let file = try Descriptor.open(path.name, in: directory, flags: flags, shownPath: path.text)
        do {
            return try OpenFile(stored: file, path: path, keys: options.keys)
        } catch {
            if error.kind == .keyMissing || error.kind == .damaged { sealedProblems.note(error, path: path.text) }
            throw error
        }
    }
}
