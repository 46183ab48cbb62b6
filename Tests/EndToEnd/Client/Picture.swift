import Domain

/// A picture as a camera would send it.
enum Picture {
    /// A small JPEG: one of those that the simulated cameras send.
    static func jpeg(_ name: String = "sedan-white") throws -> [UInt8] {
        let path = Place.package + "/Sources/CDemoPictures/pictures/\(name).jpg"
        guard let bytes = contents(of: path) else { throw TestFailure("cannot read \(path)") }
        return bytes
    }

    /// The same picture with a comment of `count` bytes, so that it fills a disk sooner.
    static func jpeg(withCommentOf count: Int) throws -> [UInt8] {
        let picture = try jpeg()
        var segments: [UInt8] = []
        var rest = count
        while rest > 0 {
            let piece = min(rest, 65_000)
            segments += [0xff, 0xfe, UInt8((piece + 2) >> 8), UInt8((piece + 2) & 0xff)]
            // Bytes that no program could make smaller.
            segments += (0..<piece).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
            rest -= piece
        }
        return Array(picture[..<2]) + segments + Array(picture[2...])
    }

    /// Whether a file is a JPEG from its first to its last byte.
    static func isWhole(_ bytes: [UInt8]) -> Bool {
        bytes.count > 4 && bytes.starts(with: [0xff, 0xd8, 0xff]) && bytes.suffix(2) == [0xff, 0xd9]
    }
}

/// Base64 of RFC 4648.
func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
        for place in 0..<4 {
            text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}
