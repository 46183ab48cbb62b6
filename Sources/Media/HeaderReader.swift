/// A cursor over the bytes of a picture. Every read is checked against the end; going past it means that the header
/// is cut off.
struct HeaderReader {
    let bytes: [UInt8]
    let format: PictureFormat
    private(set) var position: Int
    private let end: Int

    init(_ bytes: [UInt8], format: PictureFormat, from position: Int) {
        self.bytes = bytes
        self.format = format
        self.position = min(position, bytes.count)
        self.end = bytes.count
    }

    var remaining: Int { end - position }

    mutating func byte() throws(PictureProblem) -> Int {
        guard position < end else { throw .truncated(format) }
        defer { position += 1 }
        return Int(bytes[position])
    }

    /// An unsigned number of `count` bytes, most significant first; `count` is at most 4.
    mutating func bigEndian(_ count: Int) throws(PictureProblem) -> Int {
        var value = 0
        for _ in 0..<count { value = value << 8 | (try byte()) }
        return value
    }

    /// An unsigned number of `count` bytes, least significant first; `count` is at most 4.
    mutating func littleEndian(_ count: Int) throws(PictureProblem) -> Int {
        var value = 0
        for index in 0..<count { value |= (try byte()) << (8 * index) }
        return value
    }

    mutating func skip(_ count: Int) throws(PictureProblem) {
        guard count >= 0, count <= remaining else { throw .truncated(format) }
        position += count
    }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws(PictureProblem) -> ArraySlice<UInt8> {
        let start = position
        try skip(count)
        return bytes[start..<position]
    }

    func malformed(_ place: String) -> PictureProblem { .malformed(format, place) }

    func unsupported(_ variant: String) -> PictureProblem { .unsupported(format, variant) }
}
