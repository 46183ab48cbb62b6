import Testing

@testable import Media

@Suite struct PictureHeaderTests {
    struct Sound: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let expected: PictureHeader
    }

    static let sound: [Sound] = [
        Sound(
            testDescription: "JPEG",
            bytes: Sample.jpegHeader(width: 1_920, height: 1_080),
            expected: PictureHeader(format: .jpeg, width: 1_920, height: 1_080)
        ),
        Sound(
            testDescription: "progressive JPEG",
            bytes: Sample.jpegHeader(width: 640, height: 480, frame: 0xC2),
            expected: PictureHeader(format: .jpeg, width: 640, height: 480, isMultiScan: true)
        ),
        Sound(
            testDescription: "JPEG with one scan per component",
            bytes: Sample.jpegHeader(width: 640, height: 480, scanComponents: 1),
            expected: PictureHeader(format: .jpeg, width: 640, height: 480, isMultiScan: true)
        ),
        Sound(
            testDescription: "JPEG at the limit of pixels",
            bytes: Sample.jpegHeader(width: 10_000, height: 5_000),
            expected: PictureHeader(format: .jpeg, width: 10_000, height: 5_000)
        ),
        Sound(
            testDescription: "JPEG with fill bytes before a marker",
            bytes: [0xFF, 0xD8, 0xFF, 0xFF, 0xFF] + Sample.jpegHeader(width: 8, height: 8).dropFirst(3),
            expected: PictureHeader(format: .jpeg, width: 8, height: 8)
        ),
        Sound(
            testDescription: "PNG",
            bytes: Sample.png(width: 300, height: 200),
            expected: PictureHeader(format: .png, width: 300, height: 200)
        ),
        Sound(
            testDescription: "PNG with a palette",
            bytes: Sample.png(
                width: 3,
                height: 2,
                depth: 4,
                colour: 3,
                chunks: [("gAMA", [0, 0, 1, 2]), ("PLTE", [1, 2, 3])]
            ),
            expected: PictureHeader(format: .png, width: 3, height: 2)
        ),
        Sound(
            testDescription: "lossy WebP",
            bytes: Sample.webP([("VP8 ", Sample.lossy(width: 1_280, height: 720))]),
            expected: PictureHeader(format: .webP, width: 1_280, height: 720)
        ),
        Sound(
            testDescription: "lossless WebP",
            bytes: Sample.webP([("VP8L", Sample.lossless(width: 16_384, height: 2))]),
            expected: PictureHeader(format: .webP, width: 16_384, height: 2)
        ),
        Sound(
            testDescription: "extended WebP",
            bytes: Sample.webP([
                ("VP8X", Sample.canvas(width: 640, height: 480, flags: 0x20)), ("ICCP", [1, 2, 3]),
                ("VP8 ", Sample.lossy(width: 640, height: 480)),
            ]),
            expected: PictureHeader(format: .webP, width: 640, height: 480)
        ),
    ]

    @Test(arguments: sound)
    func readsSoundHeaders(_ sample: Sound) throws {
        #expect(try PictureHeader.read(sample.bytes) == sample.expected)
    }

    @Test(arguments: sound)
    func everyCutBeforeThePictureDataIsTruncated(_ sample: Sound) throws {
        let magic = sample.expected.format == .webP ? 12 : sample.expected.format == .png ? 8 : 3
        var soundLengths = 0
        for length in 0...sample.bytes.count {
            do {
                #expect(try PictureHeader.read(Array(sample.bytes.prefix(length))) == sample.expected)
                soundLengths += 1
            } catch {
                #expect(soundLengths == 0, "a longer prefix fails after a shorter one was sound")
                let expected: PictureProblem =
                    length == 0 ? .empty : length < magic ? .unrecognised : .truncated(sample.expected.format)
                #expect(error == expected, "\(length) bytes")
            }
        }
        #expect(soundLengths > 0)
    }

    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let accepts: @Sendable (PictureProblem) -> Bool

        init(_ name: String, _ bytes: [UInt8], _ accepts: @escaping @Sendable (PictureProblem) -> Bool) {
            testDescription = name
            self.bytes = bytes
            self.accepts = accepts
        }

        static func malformed(_ problem: PictureProblem) -> Bool {
            if case .malformed = problem { true } else { false }
        }
        static func unsupported(_ problem: PictureProblem) -> Bool {
            if case .unsupported = problem { true } else { false }
        }
        static func truncated(_ problem: PictureProblem) -> Bool {
            if case .truncated = problem { true } else { false }
        }
    }

    static let jpeg = Sample.jpegHeader(width: 100, height: 50)
    static let png = Sample.png(width: 100, height: 50)

    static func replacing(_ bytes: [UInt8], at index: Int, with values: [UInt8]) -> [UInt8] {
        var copy = bytes
        copy.replaceSubrange(index..<(index + values.count), with: values)
        return copy
    }

    static let hostile: [Hostile] = [
        Hostile("text", Array("<html><script>alert(1)</script>".utf8)) { $0 == .unrecognised },
        Hostile("GIF", Array("GIF89a".utf8) + [1, 0, 1, 0]) { $0 == .unrecognised },
        Hostile("RIFF that is sound", Array("RIFF\u{4}\0\0\0WAVE".utf8)) { $0 == .unrecognised },
        Hostile("50,000 × 50,000 JPEG", Sample.jpegHeader(width: 50_000, height: 50_000)) {
            $0 == .sideTooLong(width: 50_000, height: 50_000)
        },
        Hostile("progressive 65,535 × 65,535 JPEG", Sample.jpegHeader(width: 65_535, height: 65_535, frame: 0xC2)) {
            $0 == .sideTooLong(width: 65_535, height: 65_535)
        },
        Hostile("50,000 × 50,000 PNG", Sample.png(width: 50_000, height: 50_000)) {
            $0 == .sideTooLong(width: 50_000, height: 50_000)
        },
        Hostile("16,384 × 16,384 JPEG", Sample.jpegHeader(width: 16_384, height: 16_384)) {
            $0 == .tooManyPixels(width: 16_384, height: 16_384)
        },
        Hostile("one row too many", Sample.jpegHeader(width: 10_000, height: 5_001)) {
            $0 == .tooManyPixels(width: 10_000, height: 5_001)
        },
        Hostile(
            "largest WebP canvas",
            Sample.webP([
                ("VP8X", Sample.canvas(width: 1 << 24, height: 1 << 24)),
                ("VP8L", Sample.lossless(width: 2, height: 2)),
            ])
        ) { Hostile.malformed($0) },
        Hostile(
            "lossless WebP of 268 million pixels",
            Sample.webP([("VP8L", Sample.lossless(width: 16_384, height: 16_384))])
        ) {
            $0 == .tooManyPixels(width: 16_384, height: 16_384)
        },
        Hostile("PNG of 2^32 − 1 columns", Sample.png(width: 0xFFFF_FFFF, height: 1)) { Hostile.malformed($0) },
        Hostile("no height", Sample.jpegHeader(width: 100, height: 0)) { $0 == .noPixels(.jpeg) },
        Hostile("no width", Sample.png(width: 0, height: 100)) { $0 == .noPixels(.png) },
        Hostile("WebP without width", Sample.webP([("VP8 ", Sample.lossy(width: 0, height: 9))])) {
            $0 == .noPixels(.webP)
        },
        Hostile("segment length 0", [0xFF, 0xD8, 0xFF, 0xE0, 0, 0] + jpeg.dropFirst(2)) { Hostile.malformed($0) },
        Hostile("segment length 1", [0xFF, 0xD8, 0xFF, 0xE1, 0, 1] + jpeg.dropFirst(2)) { Hostile.malformed($0) },
        Hostile("segment beyond the end", [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF] + jpeg.dropFirst(2)) {
            Hostile.truncated($0)
        },
        Hostile("frame length lies", replacing(jpeg, at: 5, with: [99])) { Hostile.malformed($0) },
        Hostile("scan length lies", replacing(jpeg, at: 24, with: [13])) { Hostile.malformed($0) },
        Hostile("scan of no component", Sample.jpegHeader(width: 9, height: 9, scanComponents: 0)) {
            Hostile.malformed($0)
        },
        Hostile("scan of more components than the frame has", Sample.jpegHeader(width: 9, height: 9, scanComponents: 4))
        {
            Hostile.malformed($0)
        },
        Hostile("sampling factor 0", Sample.jpegHeader(width: 9, height: 9, sampling: 0x01)) { Hostile.malformed($0) },
        Hostile("sampling factor 5", Sample.jpegHeader(width: 9, height: 9, sampling: 0x15)) { Hostile.malformed($0) },
        Hostile("two frames", Array(jpeg.prefix(21)) + jpeg.dropFirst(2)) { Hostile.malformed($0) },
        Hostile("scan before frame", Array(jpeg.prefix(2)) + jpeg.dropFirst(21)) { Hostile.malformed($0) },
        Hostile("end before data", [0xFF, 0xD8, 0xFF, 0xD9]) { Hostile.malformed($0) },
        Hostile("start within", [0xFF, 0xD8, 0xFF, 0xD8]) { Hostile.malformed($0) },
        Hostile("stray bytes", jpeg.prefix(21) + [0, 0] + jpeg.dropFirst(21)) { Hostile.malformed($0) },
        Hostile("only fill bytes", [0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: 100_000)) { Hostile.truncated($0) },
        Hostile("12 bits", Sample.jpegHeader(width: 9, height: 9, frame: 0xC1, precision: 12)) {
            Hostile.unsupported($0)
        },
        Hostile("lossless JPEG", Sample.jpegHeader(width: 9, height: 9, frame: 0xC3)) { Hostile.unsupported($0) },
        Hostile("arithmetic JPEG", Sample.jpegHeader(width: 9, height: 9, frame: 0xC9)) { Hostile.unsupported($0) },
        Hostile("two components", Sample.jpegHeader(width: 9, height: 9, frameComponents: 2, scanComponents: 2)) {
            Hostile.unsupported($0)
        },
        Hostile("PNG checksum", replacing(png, at: 29, with: [1, 2, 3, 4])) { Hostile.malformed($0) },
        Hostile("PNG colour 5", Sample.png(width: 9, height: 9, colour: 5)) { Hostile.malformed($0) },
        Hostile("PNG depth 3", Sample.png(width: 9, height: 9, depth: 3)) { Hostile.malformed($0) },
        Hostile("PNG header length 14", replacing(png, at: 11, with: [14])) { Hostile.malformed($0) },
        Hostile("PNG chunk of 4 GiB", replacing(png, at: 33, with: [0xFF, 0xFF, 0xFF, 0xFF])) { Hostile.malformed($0) },
        Hostile("PNG chunk beyond the end", png.prefix(33) + [0x7F, 0xFF, 0xFF, 0xFF] + Array("tEXt".utf8)) {
            Hostile.truncated($0)
        },
        Hostile("PNG chunk type", png.prefix(33) + Sample.chunk("a\u{1}bc", [])) { Hostile.malformed($0) },
        Hostile("PNG without data", png.prefix(33) + Sample.chunk("IEND", [])) { Hostile.malformed($0) },
        Hostile("animated WebP", Sample.webP([("VP8X", Sample.canvas(width: 9, height: 9, flags: 2))])) {
            Hostile.unsupported($0)
        },
        Hostile(
            "WebP canvas differs",
            Sample.webP([
                ("VP8X", Sample.canvas(width: 9, height: 9)), ("VP8 ", Sample.lossy(width: 9, height: 8)),
            ])
        ) { Hostile.malformed($0) },
        Hostile("WebP interframe", Sample.webP([("VP8 ", [1, 0, 0, 0x9D, 1, 0x2A, 9, 0, 9, 0])])) {
            Hostile.malformed($0)
        },
        Hostile("WebP start code", Sample.webP([("VP8 ", [0, 0, 0, 0x9D, 1, 0x2B, 9, 0, 9, 0])])) {
            Hostile.malformed($0)
        },
        Hostile("WebP lossless signature", Sample.webP([("VP8L", [0x2E, 0, 0, 0, 0])])) { Hostile.malformed($0) },
        Hostile("WebP lossless version", Sample.webP([("VP8L", [0x2F, 0, 0, 0, 0xE0])])) { Hostile.malformed($0) },
        Hostile("WebP short chunk", Sample.webP([("VP8 ", [0, 0, 0])])) { Hostile.malformed($0) },
        Hostile("WebP unknown chunk", Sample.webP([("ABCD", [0, 0, 0])])) { Hostile.malformed($0) },
        Hostile(
            "WebP chunk longer than the file says",
            replacing(
                Sample.webP([("VP8 ", Sample.lossy(width: 9, height: 9))]),
                at: 16,
                with: [0xFF, 0xFF, 0xFF, 0xFF]
            )
        ) { Hostile.malformed($0) },
        Hostile(
            "WebP of 4 GiB chunks",
            replacing(
                replacing(
                    Sample.webP([("VP8X", Sample.canvas(width: 9, height: 9)), ("ICCP", [])]),
                    at: 4,
                    with: [255, 255, 255, 255]
                ),
                at: 34,
                with: [0xD0, 0xFF, 0xFF, 0xFF]
            )
        ) { Hostile.truncated($0) },
    ]

    @Test(arguments: hostile)
    func refusesHostileHeadersWithTheReason(_ sample: Hostile) {
        #expect { try PictureHeader.read(sample.bytes) } throws: { error in
            guard let problem = error as? PictureProblem else { return false }
            return sample.accepts(problem)
        }
    }

    @Test func formatsHaveTheirOwnNames() {
        #expect(PictureFormat.allCases.map(\.fileExtension) == ["jpg", "png", "webp"])
        #expect(PictureFormat.allCases.map(\.mediaType) == ["image/jpeg", "image/png", "image/webp"])
        #expect(PictureFormat(fileExtensionOf: "2026/11/23/a.webp") == .webP)
        #expect(PictureFormat(fileExtensionOf: "jpg") == nil)
    }

    @Test(arguments: 1...8, [true, false])
    func readsOrientation(_ orientation: Int, littleEndian: Bool) throws {
        let bytes = Sample.oriented(Self.jpeg, UInt8(orientation), littleEndian: littleEndian)
        #expect(try PictureHeader.read(bytes).orientation == orientation)
    }

    @Test func damagedExifIsUprightAndNeverRefused() throws {
        let whole = Sample.oriented(Self.jpeg, 6)
        // Every byte of the EXIF payload, set to values that make offsets and counts enormous or zero.
        for index in 6..<38 {
            for value: UInt8 in [0, 0x7F, 0xFF] {
                let header = try PictureHeader.read(Self.replacing(whole, at: index, with: [value]))
                #expect((1...8).contains(header.orientation))
            }
        }
        #expect(try PictureHeader.read(Sample.oriented(Self.jpeg, 9)).orientation == 1)
        #expect(try PictureHeader.read(Sample.oriented(Self.jpeg, 0)).orientation == 1)
    }
}
