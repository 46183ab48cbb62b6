/// Reads a WebP (RFC 9649) up to the header of its bitstream.
///
///     "RIFF"  size (4, little endian, counts from here on)  "WEBP"  then one of
///     "VP8 "  size (4)  tag (3)  9D 01 2A  width and scale (2)  height and scale (2)
///     "VP8L"  size (4)  2F  14 bits width − 1, 14 bits height − 1, …
///     "VP8X"  size (4)  flags (1)  000000  width − 1 (3)  height − 1 (3), then chunks, among them one of the above
enum WebPHeader {
    static let riff = Array("RIFF".utf8)
    static let webp = Array("WEBP".utf8)

    private struct Size: Equatable {
        let width: Int
        let height: Int
    }

    static func read(_ bytes: [UInt8]) throws(PictureProblem) -> PictureHeader {
        var reader = HeaderReader(bytes, format: .webP, from: 4)
        let riffSize = try reader.littleEndian(4)
        try reader.skip(4)
        let size: Size
        switch try chunk(&reader, riffEnd: riffSize + 8) {
        case ("VP8 ", let length): size = try lossy(&reader, length: length)
        case ("VP8L", let length): size = try lossless(&reader, length: length)
        case ("VP8X", let length): size = try extended(&reader, length: length, riffEnd: riffSize + 8)
        default: throw reader.malformed("the first chunk is not a picture")
        }
        return PictureHeader(format: .webP, width: size.width, height: size.height)
    }

    private static func chunk(
        _ reader: inout HeaderReader,
        riffEnd: Int
    ) throws(PictureProblem) -> (type: String, length: Int) {
        let type = try reader.take(4)
        let length = try reader.littleEndian(4)
        guard reader.position + length <= riffEnd else { throw reader.malformed("a chunk longer than the file says") }
        return (String(decoding: type, as: UTF8.self), length)
    }

    private static func lossy(_ reader: inout HeaderReader, length: Int) throws(PictureProblem) -> Size {
        guard length >= 10 else { throw reader.malformed("a lossy chunk shorter than its header") }
        guard try reader.littleEndian(3) & 1 == 0 else { throw reader.malformed("the first frame is no key frame") }
        guard try reader.take(3).elementsEqual([0x9D, 0x01, 0x2A]) else { throw reader.malformed("the start code") }
        // The two upper bits ask for scaling at display and do not change the stored size.
        let width = try reader.littleEndian(2) & 0x3FFF
        let height = try reader.littleEndian(2) & 0x3FFF
        return Size(width: width, height: height)
    }

    private static func lossless(_ reader: inout HeaderReader, length: Int) throws(PictureProblem) -> Size {
        guard length >= 5 else { throw reader.malformed("a lossless chunk shorter than its header") }
        guard try reader.byte() == 0x2F else { throw reader.malformed("the lossless signature") }
        let packed = try reader.littleEndian(4)
        guard packed >> 29 == 0 else { throw reader.malformed("the lossless version") }
        return Size(width: packed & 0x3FFF + 1, height: packed >> 14 & 0x3FFF + 1)
    }

    private static func extended(
        _ reader: inout HeaderReader,
        length: Int,
        riffEnd: Int
    ) throws(PictureProblem) -> Size {
        guard length == 10 else { throw reader.malformed("the length of the extended header") }
        guard try reader.byte() & 0x02 == 0 else { throw reader.unsupported("animation") }
        try reader.skip(3)
        let width = try reader.littleEndian(3) + 1
        let height = try reader.littleEndian(3) + 1
        let canvas = Size(width: width, height: height)
        while true {
            let frame: Size
            switch try chunk(&reader, riffEnd: riffEnd) {
            case ("VP8 ", let length): frame = try lossy(&reader, length: length)
            case ("VP8L", let length): frame = try lossless(&reader, length: length)
            case (_, let length):
                // Chunks are padded to even lengths.
                try reader.skip(length + length & 1)
                continue
            }
            guard frame == canvas else { throw reader.malformed("the canvas differs from the picture") }
            return canvas
        }
    }
}
