/// A checked path relative to the directory of pictures, such as `2026/11/23/gate-1.0001-9f86d081884c.jpg`.
struct PicturePath: Sendable, Equatable {
    /// Bytes; the width of the column `image_path`.
    static let maximumLength = 255

    let text: String
    let directories: [String]
    let name: String

    /// - Throws: `MediaError.unsafePath` for an absolute path, `.`, `..`, an empty part, NUL and more than 255 bytes.
    init(_ text: String) throws(MediaError) {
        guard !text.isEmpty else { throw .unsafePath(text, cause: "it is empty") }
        guard text.utf8.count <= Self.maximumLength else {
            throw .unsafePath(String(text.prefix(64)), cause: "it has more than \(Self.maximumLength) bytes")
        }
        // The kernel would read only what stands before a NUL, so what was checked would not be what is opened.
        guard !text.utf8.contains(0) else { throw .unsafePath(text, cause: "it contains NUL") }
        var parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        for part in parts where part.isEmpty || part == "." || part == ".." {
            throw .unsafePath(text, cause: part.isEmpty ? "it is absolute or has an empty part" : "it contains \(part)")
        }
        self.name = parts.removeLast()
        self.directories = parts
        self.text = text
    }

    /// Where the thumbnail of this picture lies if it has one.
    var thumbnail: PicturePath? {
        get throws(MediaError) {
            let ending = "." + PictureFormat.jpeg.fileExtension
            guard name.hasSuffix(ending) else { return nil }
            return try PicturePath(text.dropLast(ending.count) + PictureName.thumbnailEnding)
        }
    }

    /// The picture whose thumbnail has this path; nil for what is no thumbnail.
    var pictureOfThumbnail: PicturePath? {
        get throws(MediaError) {
            guard name.hasSuffix(PictureName.thumbnailEnding) else { return nil }
            return try PicturePath(
                text.dropLast(PictureName.thumbnailEnding.count) + "." + PictureFormat.jpeg.fileExtension)
        }
    }
}
