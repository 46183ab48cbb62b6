/// What a picture shows of its event.
public enum PictureRole: String, Sendable, Hashable {
    /// The whole view.
    case image
    /// The number plate, cut out.
    case plateImage
}

/// A picture that is on disk with all of its names.
public struct StoredPicture: Sendable, Equatable {
    /// Relative to the directory of pictures: `YYYY/MM/DD/NAME.EXTENSION`, at most 255 bytes.
    public let path: String
    /// The thumbnail, relative likewise. Nil for a plate crop, for PNG and WebP, and where none could be made.
    public internal(set) var thumbnailPath: String?
    /// Bytes of the picture, without its thumbnail.
    public let byteCount: Int
    /// The 32 bytes of the picture's SHA-256.
    public let sha256: [UInt8]
    public let format: PictureFormat
    /// Width in pixels as stored, before EXIF orientation.
    public let width: Int
    /// Height in pixels as stored, before EXIF orientation.
    public let height: Int
    /// False when the same picture of the same event was there already.
    public let isNew: Bool
    /// Bytes of the thumbnail when it was made with the picture.
    public var thumbnailByteCount = 0

    var withoutThumbnail: StoredPicture {
        var picture = self
        picture.thumbnailPath = nil
        return picture
    }
}
