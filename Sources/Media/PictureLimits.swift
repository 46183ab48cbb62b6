/// How large one picture may be. A small file can claim to be an enormous picture, so the claim is refused by its
/// header, before anything is decoded.
public struct PictureLimits: Sendable, Equatable {
    /// Longest side in pixels.
    public var side: Int
    /// Width times height in pixels.
    public var pixels: Int
    /// Bytes of the file.
    public var byteCount: Int

    /// - Parameters:
    ///   - side: pixels; the default is above every traffic camera and well below JPEG's own 65,535.
    ///   - pixels: width times height; 50 million is a good deal above 8K video (33 million).
    ///   - byteCount: bytes; 8 MiB is what the HTTP interface takes per picture.
    public init(side: Int = 16_384, pixels: Int = 50_000_000, byteCount: Int = 8 * 1_024 * 1_024) {
        self.side = side
        self.pixels = pixels
        self.byteCount = byteCount
    }
}
