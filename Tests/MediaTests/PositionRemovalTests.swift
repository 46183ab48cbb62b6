import TestSupport
import Testing

@testable import Media

/// EXIF data made by hand, big endian.
enum ExifSample {
    static func entry(_ tag: Int, _ type: Int, _ count: Int, _ value: [UInt8]) -> [UInt8] {
        Sample.big(tag, 2) + Sample.big(type, 2) + Sample.big(count, 4) + value
            + [UInt8](repeating: 0, count: 4 - value.count)
    }

    static func directory(_ entries: [[UInt8]], next: Int = 0) -> [UInt8] {
        Sample.big(entries.count, 2) + entries.flatMap { $0 } + Sample.big(next, 4)
    }

    static let latitude: [UInt8] =
        (Sample.big(13, 4) + Sample.big(1, 4)) + (Sample.big(45, 4) + Sample.big(1, 4))
        + (Sample.big(12_345, 4) + Sample.big(1_000, 4))

    /// Orientation 6, maker and comment, an EXIF directory, and the position.
    ///
    ///     8    directory of 4 entries (54)   62  maker "Camera 7\0" padded (10)
    ///     72   EXIF directory of 1 entry (18)   90  comment (12)   102  position of 2 entries (30)   132  latitude (24)
    static let withPosition: [UInt8] =
        [0x4D, 0x4D, 0, 0x2A] + Sample.big(8, 4)
        + directory([
            entry(0x010F, 2, 9, Sample.big(62, 4)), entry(0x0112, 3, 1, [0, 6]),
            entry(0x8769, 4, 1, Sample.big(72, 4)), entry(0x8825, 4, 1, Sample.big(102, 4)),
        ])
        + Array("Camera 7\0\0".utf8) + directory([entry(0x9286, 7, 12, Sample.big(90, 4))])
        + Array("hello, gate!".utf8)
        + directory([entry(0x0001, 2, 2, Array("N\0".utf8)), entry(0x0002, 5, 3, Sample.big(132, 4))]) + latitude

    /// The same without: the entry is gone from the table, what followed it moved up, the position is zeros.
    static let withoutPosition: [UInt8] =
        [0x4D, 0x4D, 0, 0x2A] + Sample.big(8, 4)
        + directory([
            entry(0x010F, 2, 9, Sample.big(62, 4)), entry(0x0112, 3, 1, [0, 6]), entry(0x8769, 4, 1, Sample.big(72, 4)),
        ])
        + [UInt8](repeating: 0, count: 12)
        + Array("Camera 7\0\0".utf8) + directory([entry(0x9286, 7, 12, Sample.big(90, 4))])
        + Array("hello, gate!".utf8) + [UInt8](repeating: 0, count: 54)

    static func segment(_ payload: [UInt8], code: UInt8 = 0xE1) -> [UInt8] {
        [0xFF, code] + Sample.big(payload.count + 2, 2) + payload
    }

    static func exif(_ tiff: [UInt8]) -> [UInt8] { segment(Array("Exif\0\0".utf8) + tiff) }

    static let xmp = segment(
        Array("http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude=\"13,45.2N\"/>".utf8))

    /// Puts segments behind the first marker of a JPEG.
    static func jpeg(_ segments: [UInt8]..., then rest: [UInt8]) -> [UInt8] {
        rest.prefix(2) + segments.flatMap { $0 } + rest.dropFirst(2)
    }

    static func holdsPosition(_ bytes: [UInt8]) -> Bool {
        contains(bytes, latitude) || contains(bytes, Array("GPSLatitude".utf8))
    }

    static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        return bytes.indices.contains { bytes[$0] == first && bytes[$0...].starts(with: part) }
    }
}

@Suite struct PositionRemovalTests {
    @Test func theDirectoryOfThePositionGoesAndNothingElseMoves() {
        #expect(ExifPosition.removed(from: ExifSample.withPosition) == ExifSample.withoutPosition)
        #expect(ExifPosition.removed(from: ExifSample.withoutPosition) == ExifSample.withoutPosition)
        #expect(ExifPosition.removed(from: ExifPosition.onlyOrientation(6)) == ExifPosition.onlyOrientation(6))
        #expect(ExifOrientation.read((MetadataMark.exif + ExifPosition.onlyOrientation(7))[...]) == 7)
    }

    @Test func aJPEGKeepsItsPictureAndItsOrientation() throws {
        let plain = try Sample.jpeg(width: 64, height: 48)
        let comment = ExifSample.segment(Array("a comment".utf8), code: 0xFE)
        let bytes = ExifSample.jpeg(ExifSample.exif(ExifSample.withPosition), ExifSample.xmp, comment, then: plain)
        let expected = ExifSample.jpeg(ExifSample.exif(ExifSample.withoutPosition), comment, then: plain)
        #expect(ExifSample.holdsPosition(bytes))
        #expect(PositionRemoval.apply(to: bytes, format: .jpeg) == expected)
        #expect(PositionRemoval.apply(to: expected, format: .jpeg) == nil)
        #expect(PositionRemoval.apply(to: plain, format: .jpeg) == nil)
        #expect(try PictureHeader.read(expected).orientation == 6)
    }

    @Test func whatFollowsThePictureGoes() throws {
        let plain = try Sample.jpeg(width: 64, height: 48)
        let second = ExifSample.jpeg(ExifSample.exif(ExifSample.withPosition), then: plain)
        let index = ExifSample.segment(Array("MPF\0".utf8) + [1, 2, 3], code: 0xE2)
        #expect(PositionRemoval.apply(to: ExifSample.jpeg(index, then: plain) + second, format: .jpeg) == plain)
    }

    /// Between the scans of a progressive picture, too.
    @Test func segmentsBehindTheFirstScanAreFound() throws {
        let plain = try Sample.jpeg(width: 64, height: 48, progressive: true)
        let scan = try #require(plain.indices.last { plain[$0...].starts(with: [0xFF, 0xDA]) })
        let bytes = plain[..<scan] + ExifSample.exif(ExifSample.withPosition) + ExifSample.xmp + plain[scan...]
        let result = try #require(PositionRemoval.apply(to: Array(bytes), format: .jpeg))
        #expect(result == plain[..<scan] + ExifSample.exif(ExifSample.withoutPosition) + plain[scan...])
    }

    @Test func aCutJPEGStaysAsItIs() throws {
        let plain = try Sample.jpeg(width: 640, height: 480)
        let cut = Array(plain.prefix(plain.count / 2))
        #expect(PositionRemoval.apply(to: cut, format: .jpeg) == nil)
        let bytes = ExifSample.jpeg(ExifSample.exif(ExifSample.withPosition), then: cut)
        #expect(
            PositionRemoval.apply(to: bytes, format: .jpeg)
                == ExifSample.jpeg(ExifSample.exif(ExifSample.withoutPosition), then: cut))
    }

    /// Everything that makes it doubtful whether the position is gone; each has orientation 6 in its first directory.
    static let hostile: [(String, [UInt8])] = {
        func first(_ entries: [[UInt8]], next: Int = 0, rest: [UInt8] = []) -> [UInt8] {
            [0x4D, 0x4D, 0, 0x2A] + Sample.big(8, 4)
                + ExifSample.directory([ExifSample.entry(0x0112, 3, 1, [0, 6])] + entries, next: next) + rest
        }
        let gps = { (offset: Int) in ExifSample.entry(0x8825, 4, 1, Sample.big(offset, 4)) }
        return [
            ("position outside", first([gps(4_000)])),
            ("position at the last byte", first([gps(37)])),
            ("directory in a circle", first([gps(38)], next: 8)),
            ("position in a circle", first([gps(8)])),
            ("two entries share a position", first([gps(50), gps(50)], rest: ExifSample.directory([]))),
            (
                "position's value is the orientation's table",
                first(
                    [gps(38)],
                    rest: ExifSample.directory([ExifSample.entry(2, 5, 3, Sample.big(8, 4))]) + ExifSample.latitude)
            ),
            ("a value without end", first([ExifSample.entry(0x010F, 2, 0xFFFF_FFFF, Sample.big(0, 4))])),
            ("more entries than bytes", first([gps(38)], rest: [0xFF, 0xFF, 0, 0])),
            (
                "thumbnail with a position",
                first(
                    [
                        ExifSample.entry(0x0201, 4, 1, Sample.big(50, 4)),
                        ExifSample.entry(0x0202, 4, 1, Sample.big(100, 4)),
                    ], rest: Array("Exif\0\0".utf8) + ExifSample.latitude + [UInt8](repeating: 0, count: 100))
            ),
        ]
    }()

    @Test(arguments: hostile) func whatCannotBeReadIsReducedToItsOrientation(_ name: String, _ tiff: [UInt8]) throws {
        #expect(ExifPosition.removed(from: tiff) == nil, "\(name)")
        let plain = try Sample.jpeg(width: 64, height: 48)
        let result = try #require(
            PositionRemoval.apply(to: ExifSample.jpeg(ExifSample.exif(tiff), then: plain), format: .jpeg))
        #expect(result == ExifSample.jpeg(ExifSample.exif(ExifPosition.onlyOrientation(6)), then: plain), "\(name)")
    }

    @Test func xmpInsideOfEXIFGoes() {
        let packet = Array("<x exif:GPSLatitude='1'/>".utf8)
        let tiff =
            [0x4D, 0x4D, 0, 0x2A] + Sample.big(8, 4)
            + ExifSample.directory([
                ExifSample.entry(0x0112, 3, 1, [0, 6]), ExifSample.entry(0x02BC, 1, packet.count, Sample.big(38, 4)),
            ]) + packet
        let result = ExifPosition.removed(from: tiff)
        #expect(result?.count == tiff.count && !ExifSample.contains(result ?? packet, packet))
        #expect(ExifOrientation.read((MetadataMark.exif + (result ?? []))[...]) == 6)
    }

    @Test func aPNGKeepsAllOtherChunks() {
        let exif = { (tiff: [UInt8]) in ("eXIf", tiff) }
        let text = ("tEXt", Array("Comment\0gate 7".utf8))
        let bytes = Sample.png(
            width: 20, height: 10,
            chunks: [
                exif(ExifSample.withPosition), text,
                ("iTXt", Array("XML:com.adobe.xmp\0\0\0\0\0GPSLatitude".utf8)),
                ("zTXt", Array("Raw profile type APP1\0\0abc".utf8)),
            ])
        let expected = Sample.png(width: 20, height: 10, chunks: [exif(ExifSample.withoutPosition), text])
        #expect(PositionRemoval.apply(to: bytes + ExifSample.latitude, format: .png) == expected)
        #expect(PositionRemoval.apply(to: expected, format: .png) == nil)
    }

    @Test func aWebPKeepsAllOtherChunksAndItsFlagsAreRight() {
        let frame = ("VP8 ", Sample.lossy(width: 20, height: 10))
        let bytes = Sample.webP([
            ("VP8X", Sample.canvas(width: 20, height: 10, flags: 0x0C)), frame, ("EXIF", ExifSample.withPosition),
            ("XMP ", Array("GPSLatitude".utf8)), ("ABCD", [1, 2, 3]),
        ])
        let expected = Sample.webP([
            ("VP8X", Sample.canvas(width: 20, height: 10, flags: 0x08)), frame, ("EXIF", ExifSample.withoutPosition),
            ("ABCD", [1, 2, 3]),
        ])
        #expect(PositionRemoval.apply(to: bytes + ExifSample.latitude, format: .webP) == expected)
        #expect(PositionRemoval.apply(to: expected, format: .webP) == nil)
        let broken = Sample.webP([
            ("VP8X", Sample.canvas(width: 20, height: 10, flags: 0x08)), frame, ("EXIF", [1, 2, 3]),
        ])
        let none = Sample.webP([("VP8X", Sample.canvas(width: 20, height: 10)), frame])
        #expect(PositionRemoval.apply(to: broken, format: .webP) == none)
    }

    @Test func theHashIsThatOfWhatIsStored() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store(options: PictureOptions(stripsPosition: true))
        let plain = try Sample.jpeg(width: 64, height: 48)
        let bytes = ExifSample.jpeg(ExifSample.exif(ExifSample.withPosition), ExifSample.xmp, then: plain)
        let sent = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        let kept = try await store.read(sent.path)
        #expect(!ExifSample.holdsPosition(kept) && sent.sha256 == Digest.sha256(kept) && sent.byteCount == kept.count)
        let upload = try Upload(bytes, in: scratch)
        let adopted = try await store.adopt(
            descriptor: upload.descriptor, owner: "a", role: .image, capturedAt: captured)
        #expect(adopted.path == sent.path && !adopted.isNew)
        #expect(try ScratchDirectory.read(upload.path) == bytes, "the upload itself is not touched")
        // Upright: 48 × 64.
        #expect(try PictureHeader.read(try await store.read(try #require(sent.thumbnailPath))).width == 48)
        // What has no position is not copied.
        let other = try Upload(plain, in: scratch, name: "plain.jpg")
        _ = try await store.adopt(descriptor: other.descriptor, owner: "b", role: .image, capturedAt: captured)
        #expect(try ScratchDirectory.links(other.path) == 2)
    }

    @Test(arguments: [UInt64(11), 12, 13, 14]) func mutatedMetadataNeverFailsAndLeavesNoPosition(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        let plain = try Sample.jpeg(width: 24, height: 16)
        let seeds: [(PictureFormat, [UInt8])] = [
            (.jpeg, ExifSample.jpeg(ExifSample.exif(ExifSample.withPosition), ExifSample.xmp, then: plain)),
            (.png, Sample.png(width: 20, height: 10, chunks: [("eXIf", ExifSample.withPosition)])),
            (
                .webP,
                Sample.webP([
                    ("VP8X", Sample.canvas(width: 20, height: 10, flags: 0x08)),
                    ("VP8 ", Sample.lossy(width: 20, height: 10)), ("EXIF", ExifSample.withPosition),
                ])
            ),
        ]
        var outcomes: [String: Int] = [:]
        for _ in 0..<4_000 {
            let (format, original) = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<min(260, bytes.count), using: &generator)
                bytes[index] =
                    [0, 1, 8, 0x25, 0x88, 0xE1, 0xFF, UInt8.random(in: .min ... .max, using: &generator)][
                        Int.random(in: 0..<8, using: &generator)]
            }
            guard let header = try? PictureHeader.read(bytes) else {
                outcomes["refused", default: 0] += 1
                // What is no picture is not stored; it must be survived all the same.
                _ = PositionRemoval.apply(to: bytes, format: format)
                continue
            }
            let result = PositionRemoval.apply(to: bytes, format: header.format) ?? bytes
            let after = try PictureHeader.read(result)
            #expect(after == header)
            #expect(PositionRemoval.apply(to: result, format: header.format) == nil, "the second time changes nothing")
            // Where its marker is still that of metadata, EXIF leads to no position.
            if header.format == .jpeg,
                let start = result.indices.first(where: { result[$0...].starts(with: MetadataMark.exif) }),
                result[start - 4] == 0xFF, result[start - 3] == 0xE1
            {
                let length = Int(result[start - 2]) << 8 | Int(result[start - 1])
                let tiff = Array(result[(start + 6)..<(start + length - 2)])
                #expect(try #require(TIFFWalk(tiff)).positions.isEmpty)
            }
            outcomes[result == bytes ? "nothing to do" : "removed", default: 0] += 1
        }
        #expect((outcomes["removed"] ?? 0) > 500 && (outcomes["refused"] ?? 0) > 50, "\(outcomes)")
    }
}
