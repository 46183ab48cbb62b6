import Glibc

/// Tells a picture, or a sidecar, that was cut off from a whole one, by its end. What a client closes in order after it was interrupted
/// must stay open to be resumed.
enum PictureEnding {
    private static let tailLength = 64 * 1_024

    /// - Returns: false for what ends too early; true for all that nobody can tell of.
    static func isThere(_ file: RootDescriptor, size: Int64) -> Bool {
        var head = [UInt8](repeating: 0, count: 12)
        guard size >= 12, file.use({ pread($0, &head, 12, 0) }) == 12 else { return true }
        if head.starts(with: [0xFF, 0xD8, 0xFF]) { return tail(of: file, size: size, contains: [0xFF, 0xD9]) }
        if head.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            return tail(of: file, size: size, contains: Array("IEND".utf8))
        }
        if head[0] == UInt8(ascii: "{") { return tail(of: file, size: size, contains: [UInt8(ascii: "}")]) }
        if head.starts(with: Array("RIFF".utf8)), head[8...].elementsEqual(Array("WEBP".utf8)) {
            let length = head[4..<8].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
            return length + 8 <= size
        }
        return true
    }

    /// Some cameras write data of their own behind the end.
    private static func tail(of file: RootDescriptor, size: Int64, contains marker: [UInt8]) -> Bool {
        let length = Int(min(size, Int64(tailLength)))
        var bytes = [UInt8](repeating: 0, count: length)
        guard file.use({ pread($0, &bytes, length, off_t(size) - off_t(length)) }) == length else { return true }
        guard length >= marker.count else { return false }
        for start in stride(from: length - marker.count, through: 0, by: -1)
        where bytes[start] == marker[0] && bytes[start..<start + marker.count].elementsEqual(marker) {
            return true
        }
        return false
    }
}
