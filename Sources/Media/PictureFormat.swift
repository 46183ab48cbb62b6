/// The picture formats that are accepted, told apart by their first bytes, never by a name or a declared media type.
public enum PictureFormat: String, Sendable, Hashable, CaseIterable {
    case jpeg, png, webP

    /// The file name extension, without the dot.
    public var fileExtension: String {
        switch self {
        case .jpeg: "jpg"
        case .png: "png"
        case .webP: "webp"
        }
    }

    /// The media type for `Content-Type`.
    public var mediaType: String {
        switch self {
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .webP: "image/webp"
        }
    }

    /// The format of stored bytes by the extension of their name, or nil.
    public init?(fileExtensionOf path: String) {
        guard let format = Self.allCases.first(where: { path.hasSuffix("." + $0.fileExtension) }) else { return nil }
        self = format
    }

    /// The format that the magic bytes claim, or nil. Nothing beyond the magic bytes is looked at.
    public static func recognise(_ bytes: [UInt8]) -> PictureFormat? {
        if bytes.starts(with: JPEGHeader.magic) { return .jpeg }
        if bytes.starts(with: PNGHeader.magic) { return .png }
        if bytes.starts(with: WebPHeader.riff), bytes.dropFirst(8).starts(with: WebPHeader.webp) { return .webP }
        return nil
    }
}

extension PictureFormat: CustomStringConvertible {
    public var description: String {
        switch self {
        case .jpeg: "JPEG"
        case .png: "PNG"
        case .webP: "WebP"
        }
    }
}
