/// Where the bytes of stored pictures come from.
public protocol PictureSource: Sendable {
    /// Whether pictures are encrypted where they lie. They are sent in clear, so that they then leave the box over an
    /// encrypted connection only.
    var isEncrypted: Bool { get }

    /// - Parameters:
    ///   - path: below `images/`, as rows of events name it. A thumbnail that is missing is made.
    ///   - limit: bytes; what has more is not read.
    /// - Throws: what may pass by itself: it is tried again later.
    func picture(at path: String, limit: Int) async throws -> FoundPicture
}

/// What became of a look for a picture.
public enum FoundPicture: Sendable {
    /// - Parameter mediaType: such as `image/jpeg`.
    case bytes([UInt8], mediaType: String)
    /// It is not to be had, now or later, for a reason in words.
    case unavailable(String)
}
