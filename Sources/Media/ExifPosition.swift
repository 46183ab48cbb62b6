/// Takes the position out of EXIF data.
enum ExifPosition {
    /// EXIF data without position: the directory of the position (GPS IFD) and XMP inside of the EXIF are overwritten
    /// with zeros and no entry leads to them any more; nothing else moves or changes.
    ///
    /// - Parameter tiff: from the byte order mark on.
    /// - Returns: `tiff` itself when there is no position in it; nil for what is not sound, where nobody can say that
    ///   nothing is left: pointers in circles or outside, a position that shares bytes with something else, a thumbnail
    ///   that has EXIF or XMP of its own. The caller then leaves all of it out but the orientation.
    static func removed(from tiff: [UInt8]) -> [UInt8]? {
        guard let walk = TIFFWalk(tiff) else { return nil }
        for thumbnail in walk.thumbnails where MetadataMark.isIn(tiff[thumbnail]) { return nil }
        let isRemoved = { (entry: TIFFWalk.Entry) in
            entry.tag == TIFFWalk.Tag.gps || entry.tag == TIFFWalk.Tag.xmp
        }
        var kept: [Range<Int>] = [0..<8] + walk.thumbnails
        var wiped: [Range<Int>] = []
        for directory in walk.directories {
            kept.append(directory.range)
            for entry in directory.entries {
                guard let value = entry.value else { continue }
                if isRemoved(entry) { wiped.append(value) } else { kept.append(value) }
            }
        }
        for position in walk.positions {
            wiped.append(position.range)
            wiped += position.entries.compactMap(\.value)
        }
        guard !wiped.contains(where: { range in kept.contains { $0.overlaps(range) } }) else { return nil }

        var result = tiff
        for range in wiped { for index in range { result[index] = 0 } }
        for directory in walk.directories where directory.entries.contains(where: isRemoved) {
            let left = directory.entries.filter { !isRemoved($0) }
            // Two directories that share bytes would change each other.
            guard
                !walk.directories.contains(where: {
                    $0.offset != directory.offset && $0.range.overlaps(directory.range)
                })
            else { return nil }
            var table = walk.encoded(left.count, bytes: 2)
            for entry in left { table += tiff[entry.offset..<(entry.offset + 12)] }
            table += tiff[(directory.range.upperBound - 4)..<directory.range.upperBound]
            table += [UInt8](repeating: 0, count: directory.range.count - table.count)
            result.replaceSubrange(directory.range, with: table)
        }
        return result
    }

    /// EXIF data that says how the picture stands and nothing else.
    static func onlyOrientation(_ orientation: Int) -> [UInt8] {
        [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(clamping: orientation)]
            + [0, 0, 0, 0, 0, 0]
    }
}

/// What EXIF and XMP begin with inside of a JPEG.
enum MetadataMark {
    static let exif = Array("Exif\0\0".utf8)
    static let xmp = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
    static let extendedXMP = Array("http://ns.adobe.com/xmp/extension/\0".utf8)

    static func isXMP(_ payload: ArraySlice<UInt8>) -> Bool {
        payload.starts(with: xmp) || payload.starts(with: extendedXMP)
    }

    /// Whether one of them stands anywhere in `bytes`.
    static func isIn(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.indices.contains { index in
            // The first letters decide nearly always.
            switch bytes[index] {
            case UInt8(ascii: "E"): bytes[index...].starts(with: exif)
            case UInt8(ascii: "h"): isXMP(bytes[index...])
            default: false
            }
        }
    }
}
