import Domain
import Testing

@Suite("What a plate read may say")
struct LPREventDraftTests {
    private let receivedAt = Instant(seconds: 1_795_395_600)

    private func problems(_ change: (inout LPREventDraft) -> Void) throws -> [String] {
        var draft = LPREventDraft(edgeDeviceID: try #require(DeviceID("gate-1")), licensePlate: "1กก 1234")
        change(&draft)
        return draft.problems(receivedAt: receivedAt).map(\.field)
    }

    @Test("20 characters of any script are a plate, 21 are not")
    func plateLength() throws {
        #expect(try problems { $0.licensePlate = String(repeating: "ก", count: 20) } == [])
        #expect(try problems { $0.licensePlate = String(repeating: "ก", count: 21) } == ["license_plate"])
        // Thai vowels above and below a consonant are no characters of their own.
        #expect(try problems { $0.licensePlate = String(repeating: "กี่", count: 20) } == [])
    }

    @Test(arguments: [(0.0, true), (1.0, true), (1.2, false), (-0.1, false)])
    func confidence(value: Double, isFine: Bool) throws {
        #expect(try problems { $0.confidence = value }.isEmpty == isFine)
    }

    @Test(
        "a clock that is off is kept, one that is absurd is not",
        arguments: [
            (-86_400 * 365, true), (0, true), (3_600, true), (86_399, true), (86_401, false),
            (-86_400 * 365 * 27, false),
        ])
    func capturedAt(offset: Int, isFine: Bool) throws {
        #expect(try problems { $0.capturedAt = receivedAt + .seconds(offset) }.isEmpty == isFine)
    }

    @Test(
        "a path stays in the device's folder",
        arguments: [
            ("2026/gate-1/0001.jpg", true), ("/data/lpr_images/x.jpg", true), ("a..b/c.jpg", true), ("", false),
            ("../x.jpg", false), ("a/../../x.jpg", false), ("a\\..\\x.jpg", false), ("a\u{0}.jpg", false),
            ("a\n.jpg", false), (String(repeating: "a", count: 256), false),
        ])
    func imagePath(path: String, isFine: Bool) throws {
        #expect(try problems { $0.imagePath = path }.isEmpty == isFine)
    }
}
