/// The structures of EXIF data (TIFF 6.0, EXIF 2.32), walked with strict bounds; offsets count from its beginning.
///
///     "II" 2A 00 | "MM" 00 2A   offset of the first directory (4)
///     count (2)   (tag (2)  type (2)  count (4)  value or offset (4)) × count   offset of the next directory (4)
struct TIFFWalk {
    /// A tag of a directory.
    struct Entry {
        var tag: Int
        /// Where its 12 bytes lie.
        var offset: Int
        /// Where its value lies, when that is not in the entry itself.
        var value: Range<Int>?
    }

    struct Directory {
        var offset: Int
        var entries: [Entry]

        /// With the offset of the next directory.
        var range: Range<Int> { offset..<(offset + 2 + 12 * entries.count + 4) }
    }

    enum Tag {
        static let thumbnailOffset = 0x0201
        static let thumbnailLength = 0x0202
        static let subDirectories = 0x014A
        static let xmp = 0x02BC
        static let exif = 0x8769
        static let gps = 0x8825
        static let interoperability = 0xA005
    }

    /// More than any camera writes.
    private static let directoryLimit = 32
    private static let entryLimit = 1_024

    let bytes: [UInt8]
    private let isLittleEndian: Bool
    /// All directories but those of the position.
    private(set) var directories: [Directory] = []
    /// Directories of the position.
    private(set) var positions: [Directory] = []
    /// Where thumbnails lie.
    private(set) var thumbnails: [Range<Int>] = []

    /// - Returns: nil for what is not sound from end to end: offsets outside, cycles, directories without end.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0x49, 0x49, 0x2A, 0]) {
            isLittleEndian = true
        } else if bytes.starts(with: [0x4D, 0x4D, 0, 0x2A]) {
            isLittleEndian = false
        } else {
            return nil
        }
        guard let first = number(at: 4, bytes: 4) else { return nil }
        var waiting = [(offset: first, isPosition: false)]
        var seen: Set<Int> = []
        while let next = waiting.popLast() {
            guard seen.insert(next.offset).inserted, seen.count <= Self.directoryLimit,
                let directory = directory(at: next.offset)
            else { return nil }
            if next.isPosition { positions.append(directory) } else { directories.append(directory) }
            guard let following = number(at: directory.range.upperBound - 4, bytes: 4) else { return nil }
            if following != 0, !next.isPosition { waiting.append((following, false)) }
            for entry in directory.entries {
                guard let offsets = pointers(entry) else { return nil }
                waiting += offsets.map { ($0, entry.tag == Tag.gps) }
            }
            guard let thumbnail = thumbnail(of: directory) else { return nil }
            if !thumbnail.isEmpty { thumbnails.append(thumbnail) }
        }
    }

    /// An unsigned number; nil outside.
    func number(at offset: Int, bytes count: Int) -> Int? {
        guard offset >= 0, count <= bytes.count, offset <= bytes.count - count else { return nil }
        var value = 0
        for index in 0..<count {
            let position = isLittleEndian ? offset + count - 1 - index : offset + index
            value = value << 8 | Int(bytes[position])
        }
        return value
    }

    /// A number as it is written in this data.
    func encoded(_ value: Int, bytes count: Int) -> [UInt8] {
        let digits = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isLittleEndian ? digits : digits.reversed()
    }

    private func directory(at offset: Int) -> Directory? {
        guard let count = number(at: offset, bytes: 2), count <= Self.entryLimit else { return nil }
        var entries: [Entry] = []
        for index in 0..<count {
            let start = offset + 2 + 12 * index
            guard let tag = number(at: start, bytes: 2), let type = number(at: start + 2, bytes: 2),
                let length = number(at: start + 4, bytes: 4), let value = number(at: start + 8, bytes: 4)
            else { return nil }
            // An unknown type counts as bytes: then at least this much of its value is known.
            let size =
                length
                * ([1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4].indices.contains(type)
                    ? [1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4][type] : 1)
            guard size > 4 else {
                entries.append(Entry(tag: tag, offset: start, value: nil))
                continue
            }
            guard value <= bytes.count, size <= bytes.count - value else { return nil }
            entries.append(Entry(tag: tag, offset: start, value: value..<(value + size)))
        }
        let directory = Directory(offset: offset, entries: entries)
        return number(at: directory.range.upperBound - 4, bytes: 4) == nil ? nil : directory
    }

    /// The directories that an entry names; nil when it is not sound.
    private func pointers(_ entry: Entry) -> [Int]? {
        switch entry.tag {
        case Tag.exif, Tag.gps, Tag.interoperability:
            guard entry.value == nil, let offset = number(at: entry.offset + 8, bytes: 4) else { return nil }
            return [offset]
        case Tag.subDirectories:
            guard let value = entry.value else { return number(at: entry.offset + 8, bytes: 4).map { [$0] } }
            guard value.count <= 4 * Self.directoryLimit, value.count % 4 == 0 else { return nil }
            return stride(from: value.lowerBound, to: value.upperBound, by: 4).compactMap { number(at: $0, bytes: 4) }
        default: return []
        }
    }

    /// Where the thumbnail of a directory lies, empty when there is none; nil when it lies outside.
    private func thumbnail(of directory: Directory) -> Range<Int>? {
        func value(_ tag: Int) -> Int? {
            directory.entries.first { $0.tag == tag }.flatMap { number(at: $0.offset + 8, bytes: 4) }
        }
        guard let offset = value(Tag.thumbnailOffset), let length = value(Tag.thumbnailLength) else { return 0..<0 }
        guard offset <= bytes.count, length <= bytes.count - offset else { return nil }
        return offset..<(offset + length)
    }
}
