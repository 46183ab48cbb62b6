import Testing

@testable import Media

@Suite struct ThumbnailTests {
    @Test(arguments: [
        (1_920, 1_080, 320, 180), (1_080, 1_920, 180, 320), (320, 200, 320, 200), (321, 321, 320, 320),
        (64, 48, 64, 48), (1, 1, 1, 1), (3_000, 1, 320, 1), (641, 7, 320, 3), (2_561, 1_441, 320, 180),
    ])
    func isAtMost320PixelsAndKeepsTheShape(width: Int, height: Int, newWidth: Int, newHeight: Int) throws {
        for (channels, progressive) in [(3, false), (1, false), (3, true)] {
            let bytes = try Sample.jpeg(width: width, height: height, channels: channels, progressive: progressive)
            let header = try PictureHeader.read(bytes)
            #expect(header.isMultiScan == progressive)
            let thumbnail = try PictureHeader.read(try Thumbnail.make(of: bytes, header: header))
            #expect(thumbnail.format == .jpeg && thumbnail.width == newWidth && thumbnail.height == newHeight)
        }
    }

    /// Top left red, top right green, bottom left blue, bottom right white.
    static let quarters: PixelBuffer = {
        var samples: [UInt8] = []
        for row in 0..<200 {
            for column in 0..<400 {
                switch (row < 100, column < 200) {
                case (true, true): samples += [255, 0, 0]
                case (true, false): samples += [0, 255, 0]
                case (false, true): samples += [0, 0, 255]
                case (false, false): samples += [255, 255, 255]
                }
            }
        }
        return PixelBuffer(width: 400, height: 200, channels: 3, samples: samples)
    }()

    /// The four corners clockwise from the top left, as EXIF defines them.
    @Test(arguments: zip(1...8, ["RGWB", "GRBW", "WBRG", "BWGR", "RBWG", "BRGW", "WGRB", "GWBR"]))
    func standsUpright(orientation: Int, corners: String) throws {
        let bytes = Sample.oriented(try Sample.jpeg(Self.quarters), UInt8(orientation))
        let small = try Thumbnail.make(of: bytes, header: try PictureHeader.read(bytes))
        let header = try PictureHeader.read(small)
        #expect(header.width == (orientation < 5 ? 320 : 160) && header.height == (orientation < 5 ? 160 : 320))
        let pixels = try TurboJPEG.decode(small, header: header, longerSideAtLeast: 320)
        let (left, right, top, bottom) = (20, pixels.width - 20, 20, pixels.height - 20)
        let seen = [(left, top), (right, top), (right, bottom), (left, bottom)].map { column, row in
            let start = (row * pixels.width + column) * 3
            return switch pixels.samples[start..<(start + 3)].map({ $0 > 128 }) {
            case [true, false, false]: "R"
            case [false, true, false]: "G"
            case [false, false, true]: "B"
            case [true, true, true]: "W"
            default: "?"
            }
        }
        #expect(seen.joined() == corners)
    }

    @Test func reducingKeepsTheMean() {
        let checkered = PixelBuffer(
            width: 9,
            height: 7,
            channels: 1,
            samples: (0..<63).map { $0 % 2 == 0 ? 255 : 0 }
        )
        #expect(checkered.reduced(toWidth: 1, height: 1).samples.map { (128...130).contains($0) } == [true])
        let white = PixelBuffer(width: 97, height: 89, channels: 3, samples: .init(repeating: 255, count: 97 * 89 * 3))
        #expect(white.reduced(toWidth: 31, height: 17).samples == .init(repeating: 255, count: 31 * 17 * 3))
        let steps = PixelBuffer(width: 4, height: 1, channels: 1, samples: [0, 100, 200, 40])
        #expect(steps.reduced(toWidth: 2, height: 1).samples == [50, 120])
    }

    @Test func damagedBodyThrowsAtEveryCut() throws {
        let whole = try Sample.jpeg(width: 96, height: 64)
        let header = try PictureHeader.read(whole)
        for length in stride(from: whole.count - 3, to: 0, by: -1) {
            let cut = Array(whole.prefix(length))
            guard (try? PictureHeader.read(cut)) != nil else { continue }
            #expect(throws: TurboJPEG.Failure.self, "\(length) bytes") {
                try Thumbnail.make(of: cut, header: header)
            }
        }
    }

    @Test func refusesWhatWouldCostTooMuch() throws {
        let large = try PictureHeader.read(Sample.jpegHeader(width: 8_000, height: 4_000, frame: 0xC2))
        #expect(throws: TurboJPEG.Failure(description: "too large to decode in several scans")) {
            try Thumbnail.make(of: [], header: large)
        }
        let small = Sample.jpegHeader(width: 64, height: 64, frame: 0xC2)
        let scan: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0, 0]
        let many = small + [[UInt8]](repeating: scan, count: 64).joined()
        #expect(JPEGHeader.scanCount(many, limit: 1_000) == 65)
        #expect(throws: TurboJPEG.Failure(description: "more than 64 scans")) {
            try Thumbnail.make(of: many, header: try PictureHeader.read(many))
        }
    }

    @Test func refusesWhenTheDecoderSeesAnotherSize() throws {
        let bytes = try Sample.jpeg(width: 64, height: 48)
        #expect(throws: TurboJPEG.Failure.self) {
            try TurboJPEG.decode(
                bytes,
                header: PictureHeader(format: .jpeg, width: 63, height: 48),
                longerSideAtLeast: 32
            )
        }
    }
}
