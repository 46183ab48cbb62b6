/// Reads a PNG (ISO/IEC 15948) from its signature to the start of the first data chunk.
///
///     89 50 4E 47 0D 0A 1A 0A
///     length (4)  "IHDR"  width (4)  height (4)  depth  colour  compression  filter  interlace  CRC (4)
///     length (4)  type (4)  data  CRC (4)      chunks, up to
///     length (4)  "IDAT"
enum PNGHeader {
    static let magic: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    static func read(_ bytes: [UInt8]) throws(PictureProblem) -> PictureHeader {
        var reader = HeaderReader(bytes, format: .png, from: magic.count)
        let length = try reader.bigEndian(4)
        let checked = reader.position
        guard try reader.take(4).elementsEqual("IHDR".utf8), length == 13 else {
            throw reader.malformed("the first chunk is not a header")
        }
        let width = try reader.bigEndian(4)
        let height = try reader.bigEndian(4)
        let depth = try reader.byte()
        let colour = try reader.byte()
        let compression = try reader.byte()
        let filter = try reader.byte()
        let interlace = try reader.byte()
        let checksum = checksum(bytes[checked..<reader.position])
        guard try reader.bigEndian(4) == Int(checksum) else { throw reader.malformed("the header's checksum") }
        guard width <= Int(Int32.max), height <= Int(Int32.max) else { throw reader.malformed("a side above 2^31") }
        guard depths(ofColour: colour).contains(depth), compression == 0, filter == 0, interlace <= 1 else {
            throw reader.malformed("depth, colour type, compression, filter or interlace method")
        }
        try findData(&reader)
        return PictureHeader(format: .png, width: width, height: height)
    }

    private static func findData(_ reader: inout HeaderReader) throws(PictureProblem) {
        while true {
            let length = try reader.bigEndian(4)
            guard length <= Int(Int32.max) else { throw reader.malformed("a chunk above 2^31 bytes") }
            let type = try reader.take(4)
            if type.elementsEqual("IDAT".utf8) { return }
            guard type.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else {
                throw reader.malformed("a chunk type that is not four letters")
            }
            guard !type.elementsEqual("IEND".utf8) else { throw reader.malformed("no data chunk") }
            try reader.skip(length)
            try reader.skip(4)
        }
    }

    private static func depths(ofColour colour: Int) -> [Int] {
        switch colour {
        case 0: [1, 2, 4, 8, 16]
        case 3: [1, 2, 4, 8]
        case 2, 4, 6: [8, 16]
        default: []
        }
    }

    /// CRC-32 as in ISO 3309; bit by bit, because it covers 17 bytes.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
        }
        return ~remainder
    }
}
