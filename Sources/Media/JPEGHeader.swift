/// Reads a JPEG (ITU-T T.81) from its first byte to the end of the first scan header.
///
///     FF D8                                      SOI
///     FF mm  ll ll  payload (ll ll − 2 bytes)    segments, mm not 00, FF may be repeated as fill
///     FF C0…C2  ll ll  pp  hh hh  ww ww  nn  (id, sampling, table) × nn        the frame, exactly one
///     FF DA  ll ll  nn  (id, tables) × nn  ss se ah/al                         the first scan; entropy-coded data
enum JPEGHeader {
    static let magic: [UInt8] = [0xFF, 0xD8, 0xFF]

    private struct Frame {
        let width: Int
        let height: Int
        let components: Int
        let isProgressive: Bool
    }

    static func read(_ bytes: [UInt8]) throws(PictureProblem) -> PictureHeader {
        var reader = HeaderReader(bytes, format: .jpeg, from: 2)
        var frame: Frame?
        var orientation: Int?
        while true {
            switch try marker(&reader) {
            case let code where (0xC0...0xC2).contains(code):
                guard frame == nil else { throw reader.malformed("two frames") }
                frame = try readFrame(&reader, isProgressive: code == 0xC2)
            case 0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF, 0xDE, 0xDF:
                throw reader.unsupported("lossless, arithmetic or hierarchical coding")
            case 0xDA:
                guard let frame else { throw reader.malformed("picture data before the frame") }
                let scanned = try readScan(&reader, of: frame)
                return PictureHeader(
                    format: .jpeg,
                    width: frame.width,
                    height: frame.height,
                    orientation: orientation ?? 1,
                    isMultiScan: frame.isProgressive || scanned < frame.components
                )
            case 0xE1:
                let payload = try reader.take(try segmentLength(&reader))
                orientation = orientation ?? ExifOrientation.read(payload)
            case 0xC4, 0xCC, 0xDB...0xDD, 0xE0, 0xE2...0xFE:
                try reader.skip(try segmentLength(&reader))
            default:
                throw reader.malformed("a marker that may not stand in a header")
            }
        }
    }

    private static func marker(_ reader: inout HeaderReader) throws(PictureProblem) -> Int {
        guard try reader.byte() == 0xFF else { throw reader.malformed("bytes between two segments") }
        var code = 0xFF
        while code == 0xFF { code = try reader.byte() }
        return code
    }

    /// The bytes of a segment behind its length field.
    private static func segmentLength(_ reader: inout HeaderReader) throws(PictureProblem) -> Int {
        let length = try reader.bigEndian(2)
        guard length >= 2 else { throw reader.malformed("a segment shorter than its own length field") }
        return length - 2
    }

    private static func readFrame(
        _ reader: inout HeaderReader,
        isProgressive: Bool
    ) throws(PictureProblem) -> Frame {
        let length = try segmentLength(&reader)
        let precision = try reader.byte()
        let height = try reader.bigEndian(2)
        let width = try reader.bigEndian(2)
        let components = try reader.byte()
        guard length == 6 + 3 * components else { throw reader.malformed("the frame's length") }
        guard precision == 8 else { throw reader.unsupported("\(precision) bits per sample") }
        guard components == 1 || components == 3 || components == 4 else {
            throw reader.unsupported("\(components) colour components")
        }
        for _ in 0..<components {
            try reader.skip(1)
            let sampling = try reader.byte()
            guard (1...4).contains(sampling >> 4), (1...4).contains(sampling & 15) else {
                throw reader.malformed("a sampling factor")
            }
            try reader.skip(1)
        }
        return Frame(width: width, height: height, components: components, isProgressive: isProgressive)
    }

    /// How many components the first scan carries.
    private static func readScan(_ reader: inout HeaderReader, of frame: Frame) throws(PictureProblem) -> Int {
        let length = try segmentLength(&reader)
        let components = try reader.byte()
        guard (1...frame.components).contains(components), length == 4 + 2 * components else {
            throw reader.malformed("the scan's length")
        }
        try reader.skip(length - 1)
        return components
    }
}

extension JPEGHeader {
    /// How many scans a JPEG has, counted up to `limit`. In entropy-coded data `FF` is always followed by `00` or a
    /// restart marker, so the pair `FF DA` is a scan or lies in a skipped segment: never fewer scans than are decoded.
    static func scanCount(_ bytes: [UInt8], limit: Int) -> Int {
        bytes.withUnsafeBufferPointer { buffer in
            var count = 0
            var index = 0
            while index + 1 < buffer.count, count < limit {
                if buffer[index] == 0xFF, buffer[index + 1] == 0xDA { count += 1 }
                index += 1
            }
            return count
        }
    }
}
