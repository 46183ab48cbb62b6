import Domain
import Testing

@testable import Appliance

@Suite struct DemoPictureTests {
    @Test func areThereForEveryWay() {
        #expect(DemoPicture.all.count >= 12)
        for way in DemoCamera.Way.allCases {
            #expect(DemoPicture.all.count { $0.way == way } >= 3, "\(way)")
        }
    }

    @Test(arguments: DemoPicture.all.map(\.name))
    func plateIsWhatTheTableSays(name: String) throws {
        let picture = try #require(DemoPicture.all.first { $0.name == name })
        guard let text = picture.plate else {
            #expect(picture.kind == nil && picture.province == nil && picture.plateBox == nil)
            return
        }
        let plate = try #require(Plate(text: text))
        #expect(plate.kind == picture.kind)
        #expect(text.count <= LPREventDraft.plateLimit)
        if plate.kind != .unknown {
            #expect(Province.all.contains { $0.thai == picture.province })
        }
        let box = try #require(picture.plateBox)
        #expect(box.count == 4 && box.allSatisfy { $0 > 0 })
        #expect(box[0] + box[2] <= 640 && box[1] + box[3] <= 360)
    }

    @Test func namesAndPlatesAreTheirOwn() {
        #expect(Set(DemoPicture.all.map(\.name)).count == DemoPicture.all.count)
        let plates = DemoPicture.all.compactMap(\.plate)
        #expect(Set(plates).count == plates.count)
    }

    @Test func areSmallJPEGs() {
        for picture in DemoPicture.all {
            let bytes = picture.jpeg
            #expect((5_000...30_000).contains(bytes.count), "\(picture.name)")
            #expect(bytes.starts(with: [0xFF, 0xD8, 0xFF]), "\(picture.name)")
            #expect(bytes.suffix(2).elementsEqual([0xFF, 0xD9]), "\(picture.name)")
        }
        #expect(DemoPicture.all.reduce(0) { $0 + $1.jpeg.count } <= 250 * 1_024)
    }
}
