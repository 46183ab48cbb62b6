/// Why some bytes are not accepted as a picture.
public enum PictureProblem: Error, Sendable, Equatable {
    /// There are no bytes at all.
    case empty
    /// The first bytes are those of none of the accepted formats.
    case unrecognised
    /// The bytes end before the header does.
    case truncated(PictureFormat)
    /// The header contradicts its format; the text says where.
    case malformed(PictureFormat, String)
    /// A sound header of a variant that browsers and the thumbnail decoder do not read.
    case unsupported(PictureFormat, String)
    /// Width or height is zero.
    case noPixels(PictureFormat)
    /// One side is longer than `PictureLimits.side`. Sides in pixels.
    case sideTooLong(width: Int, height: Int)
    /// More pixels in all than `PictureLimits.pixels`. Sides in pixels.
    case tooManyPixels(width: Int, height: Int)
}

extension PictureProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "no bytes"
        case .unrecognised: "the bytes are neither JPEG nor PNG nor WebP"
        case .truncated(let format): "the \(format) ends inside its header"
        case .malformed(let format, let place): "the \(format) header is malformed: \(place)"
        case .unsupported(let format, let variant): "this kind of \(format) is not supported: \(variant)"
        case .noPixels(let format): "the \(format) has no width or no height"
        case .sideTooLong(let width, let height): "\(width) × \(height) pixels: a side is too long"
        case .tooManyPixels(let width, let height): "\(width) × \(height) pixels are too many"
        }
    }
}
