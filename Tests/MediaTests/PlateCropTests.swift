import Domain
import Testing

@testable import Media

@Suite struct PlateCropTests {
    private static func box(_ text: String) throws -> PlateBox {
        try #require(PlateBox(metadata: "{\"bbox\":\(text)}"))
    }

    /// The mean of the red and green of the crop's middle tells where in `Sample.pixels` it was cut.
    private static func middle(_ jpeg: [UInt8]) throws -> (red: Int, green: Int) {
        let header = try PictureHeader.read(jpeg)
        let pixels = try TurboJPEG.decode(jpeg, header: header, longerSideAtLeast: .max)
        let index = (pixels.height / 2 * pixels.width + pixels.width / 2) * 3
        return (Int(pixels.samples[index]), Int(pixels.samples[index + 1]))
    }

    @Test(arguments: [false, true]) func thePlateIsCutWithItsMargin(progressive: Bool) throws {
        let jpeg = try Sample.jpeg(width: 640, height: 480, progressive: progressive)
        let header = try PictureHeader.read(jpeg)
        for (left, top) in [(0, 0), (101, 203), (333, 77), (540, 440)] {
            let box = try Self.box("[\(left),\(top),\(left + 80),\(top + 20)]")
            let crop = try PlateCrop.make(of: jpeg, header: header, box: box)
            let size = try PictureHeader.read(crop)
            let area = try #require(box.pixels(width: 640, height: 480))
            #expect(size.width == area.x.count && size.height == area.y.count)
            let (red, green) = try Self.middle(crop)
            let x = (area.x.lowerBound + area.x.upperBound) / 2
            let y = (area.y.lowerBound + area.y.upperBound) / 2
            #expect(abs(red - x * 255 / 640) < 12 && abs(green - y * 255 / 480) < 12, "\(left),\(top)")
        }
    }

    /// The same plate of the upright picture, however the picture is stored.
    @Test(arguments: 1...8) func theOrientationIsRespected(orientation: Int) throws {
        let upright = Sample.pixels(width: 320, height: 200)
        // Turning by the inverse gives what a camera stores.
        let inverse = [1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6][orientation] ?? 1
        let stored = try Sample.oriented(Sample.jpeg(upright.upright(from: inverse)), UInt8(orientation))
        let crop = try PlateCrop.make(
            of: stored, header: PictureHeader.read(stored), box: Self.box("[200,40,260,60]"))
        let size = try PictureHeader.read(crop)
        #expect(size.width == 70 && size.height == 30)
        let (red, green) = try Self.middle(crop)
        #expect(abs(red - 230 * 255 / 320) < 12 && abs(green - 50 * 255 / 200) < 12, "\(red), \(green)")
    }

    @Test func aVeryLargePictureIsCutAtHalfItsSize() throws {
        let jpeg = try Sample.jpeg(width: 5_000, height: 3_000)
        let crop = try PlateCrop.make(
            of: jpeg, header: PictureHeader.read(jpeg), box: Self.box("[2000,1000,2400,1100]"))
        let size = try PictureHeader.read(crop)
        #expect(abs(size.width - 225) < 4 && abs(size.height - 75) < 4)
        let (red, green) = try Self.middle(crop)
        #expect(abs(red - 2_200 * 255 / 5_000) < 12 && abs(green - 1_050 * 255 / 3_000) < 12)
    }

    @Test func aStoredPictureGivesItsPlateAndFailuresAreRemembered() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let jpeg = try Sample.jpeg(width: 640, height: 480)
        let stored = try await store.store(jpeg, eventID: "a", role: .image, capturedAt: captured)
        let box = try Self.box("[100,100,180,120]")
        let crop = try await store.plate(in: stored.path, box: box)
        #expect(try PictureHeader.read(crop).width == 90)
        #expect(try await store.plate(in: stored.path, box: box) == crop)
        #expect(try ScratchDirectory.files(below: scratch.images).count == 2, "crops are not kept on disk")
        let cut = try await store.store(
            Array(jpeg.prefix(jpeg.count / 2)), eventID: "b", role: .image, capturedAt: captured)
        let png = try await store.store(
            Sample.png(width: 640, height: 480), eventID: "c", role: .image, capturedAt: captured)
        for path in [cut.path, png.path, "2026/11/23/none.jpg"] {
            for _ in 0..<2 {
                await #expect { try await store.plate(in: path, box: box) } throws: {
                    ($0 as? MediaError)?.kind == .missing
                }
            }
        }
        let outside = try Self.box("[700,100,780,120]")
        await #expect { try await store.plate(in: stored.path, box: outside) } throws: {
            ($0 as? MediaError)?.kind == .missing
        }
    }

    @Test func whatIsKeptIsBounded() throws {
        let crops = PlateCrops()
        let box = try Self.box("[1,1,20,9]")
        let large = [UInt8](repeating: 0, count: 1_024 * 1_024)
        for number in 0..<10 { crops.keep(large, .init(path: "\(number)", box: box)) }
        #expect(crops.known(.init(path: "5", box: box)) == nil && crops.known(.init(path: "9", box: box)) != nil)
        for number in 0..<1_000 { crops.keep(nil, .init(path: "x\(number)", box: box)) }
        #expect(crops.known(.init(path: "9", box: box)) == nil)
    }
}
