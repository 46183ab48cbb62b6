/// A small JPEG of a JPEG, for lists.
public enum Thumbnail {
    /// Longer side in pixels.
    static let side = 320
    private static let quality = 80

    /// The decoder holds two bytes per sample of a whole multi-scan picture, up to three samples a pixel: this allows
    /// 14 megapixels, more than a 4K camera has.
    static let coefficientBudget = 84_000_000
    /// Ordinary progressive pictures have about ten scans. Each costs a pass over the whole picture even if it holds
    /// almost no bytes, so a small file could otherwise keep a core busy for a long time.
    private static let scanLimit = 64

    /// Makes a thumbnail on the thread of the caller.
    ///
    /// - Throws: `MediaError.notAPicture`, also when the body is damaged or decoding it would cost too much.
    public static func make(of bytes: [UInt8], limits: PictureLimits = PictureLimits()) throws(MediaError) -> [UInt8] {
        let header: PictureHeader
        do throws(PictureProblem) {
            header = try PictureHeader.read(bytes, limits: limits)
        } catch {
            throw .notAPicture(error)
        }
        do {
            return try make(of: bytes, header: header)
        } catch {
            throw .notAPicture(.malformed(header.format, error.description))
        }
    }

    /// - Throws: `TurboJPEG.Failure` when the body is damaged or decoding it would cost too much.
    static func make(of bytes: [UInt8], header: PictureHeader) throws(TurboJPEG.Failure) -> [UInt8] {
        guard header.format == .jpeg else { throw TurboJPEG.Failure(description: "\(header.format) is not decoded") }
        try checkCost(of: bytes, header: header)
        let pixels = try TurboJPEG.decode(bytes, header: header, longerSideAtLeast: side)
        let size = fitting(width: header.width, height: header.height)
        let reduced = pixels.reduced(toWidth: min(size.width, pixels.width), height: min(size.height, pixels.height))
        return try TurboJPEG.encode(reduced.upright(from: header.orientation), quality: quality)
    }

    /// - Throws: `TurboJPEG.Failure` for a picture that would take much more memory or time than its size says.
    static func checkCost(of bytes: [UInt8], header: PictureHeader) throws(TurboJPEG.Failure) {
        guard header.isMultiScan else { return }
        guard header.width * header.height * 6 <= coefficientBudget else {
            throw TurboJPEG.Failure(description: "too large to decode in several scans")
        }
        guard JPEGHeader.scanCount(bytes, limit: scanLimit + 1) <= scanLimit else {
            throw TurboJPEG.Failure(description: "more than \(scanLimit) scans")
        }
    }

    /// The size with the same shape whose longer side is at most `side`; small pictures keep theirs.
    static func fitting(width: Int, height: Int) -> (width: Int, height: Int) {
        let longer = max(width, height)
        guard longer > side else { return (width, height) }
        func scaled(_ length: Int) -> Int { max(1, (length * side + longer / 2) / longer) }
        return (scaled(width), scaled(height))
    }
}
