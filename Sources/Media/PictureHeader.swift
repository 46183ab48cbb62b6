/// What the header of a picture says, read with strict bounds and without decoding a pixel.
///
/// A header counts as sound when everything up to the first byte of picture data is there and agrees with itself.
/// What follows may be damaged: a picture from a bad link is still evidence.
public struct PictureHeader: Sendable, Equatable {
    public let format: PictureFormat
    /// Width in pixels as stored, before `orientation` is applied.
    public let width: Int
    /// Height in pixels as stored, before `orientation` is applied.
    public let height: Int
    /// EXIF orientation, 1…8 (1 is upright); 1 when the picture does not say.
    public let orientation: Int
    /// Whether decoding needs the coefficients of the whole picture in memory at once (progressive and other
    /// multi-scan JPEG).
    let isMultiScan: Bool

    init(format: PictureFormat, width: Int, height: Int, orientation: Int = 1, isMultiScan: Bool = false) {
        self.format = format
        self.width = width
        self.height = height
        self.orientation = orientation
        self.isMultiScan = isMultiScan
    }

    /// Reads format and size.
    ///
    /// - Throws: `PictureProblem` with the precise reason. `limits.byteCount` is not looked at.
    public static func read(
        _ bytes: [UInt8],
        limits: PictureLimits = PictureLimits()
    ) throws(PictureProblem) -> PictureHeader {
        guard !bytes.isEmpty else { throw .empty }
        let header =
            switch PictureFormat.recognise(bytes) {
            case .jpeg: try JPEGHeader.read(bytes)
            case .png: try PNGHeader.read(bytes)
            case .webP: try WebPHeader.read(bytes)
            case nil: throw PictureProblem.unrecognised
            }
        guard header.width > 0, header.height > 0 else { throw .noPixels(header.format) }
        guard max(header.width, header.height) <= limits.side else {
            throw .sideTooLong(width: header.width, height: header.height)
        }
        // Both sides are below 2^31, so the product fits.
        guard header.width * header.height <= limits.pixels else {
            throw .tooManyPixels(width: header.width, height: header.height)
        }
        return header
    }
}
