/// Takes the position out of a picture before it is stored (`media.strip_gps`).
///
/// | format | removed |
/// |---|---|
/// | JPEG | the GPS directory of EXIF; whole XMP packets; bytes behind the end of the picture, and the index of them (MPF) |
/// | PNG | the GPS directory of `eXIf`; text chunks with XMP, or with EXIF as ImageMagick writes it; bytes behind `IEND` |
/// | WebP | the GPS directory of `EXIF`; the chunk `XMP `; bytes behind the container |
///
/// 1. Picture data, orientation and all other metadata stay byte for byte where and as they are.
/// 2. Metadata that cannot be read to its end is left out whole, but for the orientation: no picture is refused for it.
/// 3. Done twice, the second time changes nothing.
enum PositionRemoval {
    /// - Parameter bytes: a picture with a sound header.
    /// - Returns: nil when there is nothing to remove.
    static func apply(to bytes: [UInt8], format: PictureFormat) -> [UInt8]? {
        let result =
            switch format {
            case .jpeg: JPEGPosition.removed(from: bytes)
            case .png: PNGPosition.removed(from: bytes)
            case .webP: WebPPosition.removed(from: bytes)
            }
        return result == bytes ? nil : result
    }

    /// EXIF data without position; what is not sound is reduced to its orientation, or to nothing.
    static func exif(_ tiff: [UInt8]) -> [UInt8]? {
        if let removed = ExifPosition.removed(from: tiff) { return removed }
        guard let orientation = ExifOrientation.read((MetadataMark.exif + tiff)[...]) else { return nil }
        return ExifPosition.onlyOrientation(orientation)
    }
}

/// The segments of a JPEG; `JPEGHeader` shows the layout.
private enum JPEGPosition {
    static func removed(from bytes: [UInt8]) -> [UInt8] {
        var result = Array(bytes.prefix(2))
        result.reserveCapacity(bytes.count)
        var position = 2
        /// Behind the first scan header nearly all is picture data.
        var isInScan = false
        while position < bytes.count {
            if isInScan {
                let end = endOfScanData(bytes, from: position)
                result += bytes[position..<end]
                position = end
                guard position < bytes.count else { break }
            }
            guard bytes[position] == 0xFF, position + 1 < bytes.count else {
                result += bytes[position...]
                break
            }
            let code = bytes[position + 1]
            switch code {
            case 0xFF:  // fill
                result.append(0xFF)
                position += 1
            case 0xD9:
                result += [0xFF, 0xD9]
                return result
            case 0x01, 0xD0...0xD8:
                result += [0xFF, code]
                position += 2
            default:
                guard let segment = segment(bytes, at: position) else {
                    // Its length leads outside. Metadata goes; what a decoder may still make something of stays.
                    if code != 0xE1 && code != 0xE2 { result += bytes[position...] }
                    return result
                }
                result += kept(code, segment)
                position = segment.endIndex
                if code == 0xDA { isInScan = true }
            }
        }
        return result
    }

    /// Where the next marker stands that is neither a stuffed byte nor a restart.
    private static func endOfScanData(_ bytes: [UInt8], from start: Int) -> Int {
        bytes.withUnsafeBufferPointer { buffer in
            var position = start
            while position + 1 < buffer.count {
                if buffer[position] == 0xFF {
                    let code = buffer[position + 1]
                    if code != 0, code != 0xFF, !(0xD0...0xD7).contains(code) { return position }
                }
                position += 1
            }
            return buffer.count
        }
    }

    private static func segment(_ bytes: [UInt8], at position: Int) -> ArraySlice<UInt8>? {
        guard position + 4 <= bytes.count else { return nil }
        let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
        guard length >= 2, position + 2 + length <= bytes.count else { return nil }
        return bytes[position..<(position + 2 + length)]
    }

    private static func kept(_ code: UInt8, _ segment: ArraySlice<UInt8>) -> [UInt8] {
        let payload = segment.dropFirst(4)
        switch code {
        case 0xE1 where payload.starts(with: MetadataMark.exif):
            guard let tiff = PositionRemoval.exif(Array(payload.dropFirst(MetadataMark.exif.count))) else { return [] }
            let length = 2 + MetadataMark.exif.count + tiff.count
            return [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + MetadataMark.exif + tiff
        case 0xE1 where MetadataMark.isXMP(payload): return []
        // The index of further pictures behind the end of this one, which go.
        case 0xE2 where payload.starts(with: Array("MPF\0".utf8)): return []
        default: return Array(segment)
        }
    }
}

/// The chunks of a PNG; `PNGHeader` shows the layout.
private enum PNGPosition {
    /// Above it EXIF data is left out whole: reading it byte by byte takes time, and no camera writes so much.
    private static let exifLimit = 128 * 1_024

    static func removed(from bytes: [UInt8]) -> [UInt8] {
        var result = Array(bytes.prefix(PNGHeader.magic.count))
        result.reserveCapacity(bytes.count)
        var position = result.count
        while position + 8 <= bytes.count {
            let length = bytes[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
            let type = bytes[(position + 4)..<(position + 8)]
            let isCut = length > bytes.count - position - 12
            let end = isCut ? bytes.count : position + 12 + length
            let chunk = bytes[position..<end]
            if type.elementsEqual("eXIf".utf8) {
                if !isCut, length <= exifLimit { result += exif(chunk) }
            } else if !isMetadataText(type, chunk.dropFirst(8)) {
                result += chunk
            }
            position = end
            if type.elementsEqual("IEND".utf8) { return result }
        }
        return result + bytes[position...]
    }

    private static func exif(_ chunk: ArraySlice<UInt8>) -> [UInt8] {
        let tiff = Array(chunk.dropFirst(8).dropLast(4))
        guard let kept = PositionRemoval.exif(tiff) else { return [] }
        // As it was, also with a wrong checksum.
        if kept == tiff { return Array(chunk) }
        let checked = Array("eXIf".utf8) + kept
        return bigEndian(kept.count) + checked + bigEndian(Int(PNGHeader.checksum(checked[...])))
    }

    private static func isMetadataText(_ type: ArraySlice<UInt8>, _ data: ArraySlice<UInt8>) -> Bool {
        guard ["iTXt", "tEXt", "zTXt"].contains(where: { type.elementsEqual($0.utf8) }) else { return false }
        let keyword = String(decoding: data.prefix(79).prefix { $0 != 0 }, as: UTF8.self).lowercased()
        return keyword == "xml:com.adobe.xmp" || keyword.hasPrefix("raw profile type")
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}

/// The chunks of a WebP; `WebPHeader` shows the layout.
private enum WebPPosition {
    private static let exifFlag: UInt8 = 0x08
    private static let xmpFlag: UInt8 = 0x04

    static func removed(from bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 12 else { return bytes }
        let declared = little(bytes[4..<8])
        // The container is the picture; what is behind it is nobody's.
        let end = min(bytes.count, 8 + declared)
        var result = Array(bytes[..<12])
        result.reserveCapacity(bytes.count)
        var removed = 0
        var hasExif = false
        var extended: Int?
        var position = 12
        while position < end {
            guard position + 8 <= end else {
                result += bytes[position..<end]
                break
            }
            let type = String(decoding: bytes[position..<(position + 4)], as: UTF8.self)
            let length = little(bytes[(position + 4)..<(position + 8)])
            let isCut = length > end - position - 8
            // Chunks are padded to even lengths.
            let next = isCut ? end : min(end, position + 8 + length + length & 1)
            let chunk = bytes[position..<next]
            var kept = Array(chunk)
            switch type {
            case "XMP ": kept = []
            case "EXIF": kept = isCut ? [] : exif(Array(bytes[(position + 8)..<(position + 8 + length)]), chunk)
            case "VP8X" where position == 12: extended = result.count + 8
            default: break
            }
            if type == "EXIF", !kept.isEmpty { hasExif = true }
            removed += chunk.count - kept.count
            result += kept
            position = next
        }
        if let extended, extended < result.count {
            result[extended] &= ~xmpFlag
            if !hasExif { result[extended] &= ~exifFlag }
        }
        result.replaceSubrange(4..<8, with: encoded(declared - removed))
        return result
    }

    private static func exif(_ data: [UInt8], _ chunk: ArraySlice<UInt8>) -> [UInt8] {
        let prefix = data.starts(with: MetadataMark.exif) ? MetadataMark.exif : []
        let tiff = Array(data.dropFirst(prefix.count))
        guard let kept = PositionRemoval.exif(tiff) else { return [] }
        if kept == tiff { return Array(chunk) }
        let body = prefix + kept
        return Array("EXIF".utf8) + encoded(body.count) + body + (body.count % 2 == 1 ? [0] : [])
    }

    private static func little(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }

    private static func encoded(_ value: Int) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
