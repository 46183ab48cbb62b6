/// Tells whether bytes that come in pieces are UTF-8 (Unicode 15, table 3-7), without waiting for the last piece.
struct UTF8Validator {
    /// Bytes of the present character that are still to come.
    private var missing = 0
    /// What the next of them must lie between.
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    /// Whether the text may end here.
    var isComplete: Bool { missing == 0 }

    /// - Returns: false when no continuation could make the text valid.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        let count = bytes.count
        while position < count {
            if missing == 0 {
                // Eight bytes of ASCII at a time: base64 pictures are nothing else.
                while position + 8 <= count,
                    bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    position += 8
                }
                guard position < count else { break }
            }
            guard take(bytes[position]) else { return false }
            position += 1
        }
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        if missing > 0 {
            guard byte >= low, byte <= high else { return false }
            missing -= 1
            (low, high) = (0x80, 0xBF)
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, low) = (2, 0xA0)
        case 0xE1...0xEC, 0xEE...0xEF: missing = 2
        // Surrogates are no characters.
        case 0xED: (missing, high) = (2, 0x9F)
        case 0xF0: (missing, low) = (3, 0x90)
        case 0xF1...0xF3: missing = 3
        // Nothing lies beyond U+10FFFF.
        case 0xF4: (missing, high) = (3, 0x8F)
        default: return false
        }
        return true
    }
}
