import Glibc
import Logging
import Synchronization

extension PictureStore {
    /// Makes a thumbnail unless it is there, on the thread of the caller.
    ///
    /// - Throws: `MediaError.missing` when there is no picture that it could be made of, or when that cannot be reduced.
    func makeThumbnail(_ thumbnail: PicturePath) throws(MediaError) {
        guard let picture = try thumbnail.pictureOfThumbnail, !thumbnails.isHopeless(thumbnail) else {
            throw .missing(path: thumbnail.text)
        }
        let directory = try tree.directory(of: thumbnail)
        guard faccessat(directory.raw, thumbnail.name, R_OK, 0) != 0 else { return }
        let file = try openStored(picture, in: directory.raw)
        // What an earlier configuration took may be larger than what this one takes.
        guard file.size <= limits.byteCount else { throw .missing(path: thumbnail.text) }
        let bytes = try file.read(0..<file.size)
        let small: [UInt8]
        do {
            small = try Thumbnail.make(of: bytes, header: try PictureHeader.read(bytes, limits: limits))
        } catch {
            thumbnails.markHopeless(thumbnail)
            logger.debug("picture without thumbnail", metadata: ["path": "\(picture.text)", "cause": "\(error)"])
            throw .missing(path: thumbnail.text)
        }
        try publishThumbnail(small, at: thumbnail, of: picture, in: directory)
    }

    /// Makes the thumbnail of a picture that was just stored.
    ///
    /// - Returns: its room on the disk, bytes; nil when there is none.
    func placeThumbnail(of bytes: [UInt8], header: PictureHeader, at path: String, isNew: Bool) -> Int? {
        do {
            let thumbnail = try PicturePath(path)
            guard let picture = try thumbnail.pictureOfThumbnail else { return nil }
            if isNew { thumbnails.forget(thumbnail) }
            let directory = try tree.directory(of: thumbnail)
            if !isNew, faccessat(directory.raw, thumbnail.name, R_OK, 0) == 0 { return 0 }
            let small = try Thumbnail.make(of: bytes, header: header)
            try publishThumbnail(small, at: thumbnail, of: picture, in: directory)
            return Int(Self.blocks(of: thumbnail.name, in: directory.raw) ?? 0)
        } catch let failure as TurboJPEG.Failure {
            logger.debug("picture without thumbnail", metadata: ["path": "\(path)", "cause": "\(failure)"])
        } catch {
            logger.warning("thumbnail not stored", metadata: ["path": "\(path)", "cause": "\(error)"])
        }
        return nil
    }

    /// Makes a thumbnail when the machine has time.
    func makeLater(_ thumbnail: PicturePath) {
        thumbnails.forget(thumbnail)
        thumbnails.makeLater { [weak self] in
            guard let self else { return }
            do {
                try makeThumbnail(thumbnail)
            } catch let error as MediaError where error.kind == .missing {
                // Removed meanwhile, or a picture that cannot be reduced.
            } catch {
                logger.warning("thumbnail not stored", metadata: ["path": "\(thumbnail.text)", "cause": "\(error)"])
            }
        }
    }

    /// The thumbnail is made anew whenever it is missing, so it is not synced into its directory.
    private func publishThumbnail(
        _ bytes: [UInt8],
        at thumbnail: PicturePath,
        of picture: PicturePath,
        in directory: borrowing Descriptor
    ) throws(MediaError) {
        let content = PictureContent.bytes(bytes)
        let name = try temporary.place(content, sealed: try sealing(content, at: thumbnail))
        let raw = directory.raw
        do {
            try publication.withLock { (_) throws(MediaError) in
                // The picture may have been removed while its thumbnail was made; nobody would remove that then.
                guard faccessat(raw, picture.name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 else {
                    throw .missing(path: picture.text)
                }
                guard renameat(temporary.directory.raw, name, raw, thumbnail.name) == 0 else {
                    throw .io(operation: "rename to", path: thumbnail.text, errorNumber: errno)
                }
                noteAdded(thumbnail, in: raw)
            }
        } catch {
            temporary.remove(name)
            throw error
        }
    }
}
