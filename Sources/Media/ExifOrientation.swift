/// Finds the orientation tag in an EXIF segment.
///
///     "Exif" 00 00                                       then the TIFF header, to which offsets are relative:
///     "II" 2A 00 | "MM" 00 2A   offset of directory (4)
///     count (2)   (tag (2)  type (2)  count (4)  value or offset (4)) × count
enum ExifOrientation {
    private static let tag = 0x0112
    private static let short = 3

    /// The orientation 1…8, or nil when the segment is not EXIF, is damaged or does not say. An unreadable orientation
    /// is no reason to refuse a picture.
    static func read(_ segment: ArraySlice<UInt8>) -> Int? {
        guard segment.starts(with: Array("Exif\0\0".utf8)) else { return nil }
        let tiff = segment.dropFirst(6)
        let isLittleEndian: Bool
        if tiff.starts(with: [0x49, 0x49, 0x2A, 0]) {
            isLittleEndian = true
        } else if tiff.starts(with: [0x4D, 0x4D, 0, 0x2A]) {
            isLittleEndian = false
        } else {
            return nil
        }

        func number(at offset: Int, bytes count: Int) -> Int? {
            guard offset >= 0, offset <= tiff.count - count else { return nil }
            let field = tiff[(tiff.startIndex + offset)..<(tiff.startIndex + offset + count)]
            let ordered = isLittleEndian ? Array(field.reversed()) : Array(field)
            return ordered.reduce(0) { $0 << 8 | Int($1) }
        }

        guard let directory = number(at: 4, bytes: 4), let entries = number(at: directory, bytes: 2) else {
            return nil
        }
        for index in 0..<entries {
            let entry = directory + 2 + 12 * index
            // The first entry that lies outside ends the search, so the segment bounds the loop.
            guard let found = number(at: entry, bytes: 2) else { return nil }
            guard found == tag else { continue }
            guard number(at: entry + 2, bytes: 2) == short, number(at: entry + 4, bytes: 4) == 1,
                let value = number(at: entry + 8, bytes: 2), (1...8).contains(value)
            else { return nil }
            return value
        }
        return nil
    }
}
