import Dialects
import Domain
import Testing

@testable import Appliance

@Suite struct DemoGeneratorTests {
    private static let start = Instant(seconds: 1_795_000_000)

    private static func generator(cameras: Int = 3, rate: Double = 2, seed: UInt64 = 7) -> DemoGenerator {
        DemoGenerator(cameras: (1...cameras).map { DemoCamera(number: $0) }, rate: rate, seed: seed)
    }

    /// Messages at the times at which they would be sent.
    private static func messages(
        _ count: Int, cameras: Int = 3, rate: Double = 2, seed: UInt64 = 7
    ) -> [(at: Instant, message: DemoMessage)] {
        var generator = generator(cameras: cameras, rate: rate, seed: seed)
        var now = start
        return (0..<count).map { _ in
            let message = generator.next(at: now)
            defer { now = now + generator.gap() }
            return (now, message)
        }
    }

    @Test func everyMessageIsAnEventThatIsTaken() throws {
        for (now, message) in Self.messages(2_000, cameras: 16) {
            let text = JSONValue.object(message.event).text
            let draft = try NativeEvent.decode(JSONParser.parse(Array(text.utf8)))
            #expect(draft.problems(receivedAt: now).isEmpty)
            #expect(draft.eventID == message.eventID)
            #expect(draft.edgeDeviceID.text == DemoCamera(number: message.camera + 1).deviceID)
            #expect((draft.licensePlate == nil) == (draft.confidence == nil))
            #expect(draft.metadata["extra"] == nil, "a member that the dialect does not know")
            let capturedAt = try #require(draft.capturedAt)
            #expect((.milliseconds(40)...(.milliseconds(250))).contains(now.since(capturedAt)))
        }
    }

    @Test func plateHasTheFormOfItsPicture() throws {
        for (_, message) in Self.messages(2_000) {
            guard let picture = message.picture, let text = message.event["license_plate"]?.stringValue else {
                continue
            }
            #expect(Plate(text: text)?.kind == picture.kind)
        }
    }

    @Test func noEventComesTwice() {
        let ids = Self.messages(20_000, rate: 50).map(\.message.eventID)
        #expect(Set(ids).count == ids.count)
    }

    @Test func cameraSeesItsOwnGateAndNoVehicleTwiceInARow() throws {
        var last: [Int: String] = [:]
        for (_, message) in Self.messages(3_000) {
            guard let picture = message.picture else {
                last[message.camera] = nil
                continue
            }
            #expect(picture.way == DemoCamera(number: message.camera + 1).way)
            #expect(picture.name != last[message.camera])
            last[message.camera] = picture.name
        }
    }

    @Test func everySortOfReadComes() {
        let messages = Self.messages(3_000).map(\.message)
        func share(_ matches: (JSONObject) -> Bool) -> Double {
            Double(messages.count { matches($0.event) }) / Double(messages.count)
        }
        let doubtful = share { ($0["confidence"]?.doubleValue ?? 1) < 0.6 }
        let unread = share { $0["license_plate"]?.isNull ?? false }
        let misreadProvince = share { event in
            guard let province = event["province"]?.stringValue else { return false }
            return !Province.all.contains { $0.thai == province }
        }
        let latin = share { $0["license_plate"]?.stringValue?.hasPrefix("WXY") ?? false }
        let withoutPicture = Double(messages.count { $0.picture == nil }) / Double(messages.count)
        #expect((0.03...0.09).contains(doubtful), "\(doubtful)")
        #expect((0.03...0.20).contains(unread), "\(unread)")
        #expect((0.02...0.06).contains(misreadProvince), "\(misreadProvince)")
        #expect((0.03...0.15).contains(latin), "\(latin)")
        #expect((0.01...0.05).contains(withoutPicture), "\(withoutPicture)")
    }

    @Test(arguments: [0.1, 2, 50])
    func rateIsTheOneAskedFor(rate: Double) {
        var generator = Self.generator(rate: rate)
        var sum = Duration.zero
        for _ in 0..<5_000 {
            let gap = generator.gap()
            #expect(gap > .zero)
            sum += gap
        }
        let measured = 5_000 / (Double(sum.wholeMicroseconds) / 1_000_000)
        #expect((0.97...1.03).contains(measured / rate), "\(measured)")
    }

    @Test func seedRepeatsEverything() {
        func texts(_ seed: UInt64) -> [String] {
            Self.messages(200, seed: seed).map { JSONValue.object($0.message.event).text }
        }
        #expect(texts(1) == texts(1))
        #expect(texts(1) != texts(2))
    }

    @Test func oneCameraFallsSilentForLongerThanItCountsAsOnline() {
        var lastHeard = [Instant](repeating: Self.start, count: 3)
        var longest = [Duration](repeating: .zero, count: 3)
        var speakers: Set<Int> = []
        var generator = Self.generator()
        for second in 0..<7_200 {
            let now = Self.start + .seconds(second)
            let speaking = generator.speakingCameras(at: now)
            speakers.insert(speaking.count)
            for camera in speaking {
                longest[camera] = max(longest[camera], now.since(lastHeard[camera]))
                lastHeard[camera] = now
            }
        }
        #expect(speakers == [2, 3], "never two at once")
        #expect(longest.contains { $0 > EdgeDevice.onlineWindow })
        #expect(longest.allSatisfy { $0 <= .seconds(2 * 240) })
    }

    @Test func onlyCameraIsNeverSilent() {
        var generator = Self.generator(cameras: 1)
        for second in 0..<3_600 {
            #expect(generator.speakingCameras(at: Self.start + .seconds(second)) == [0])
        }
    }

    @Test func camerasHaveTheirOwnNames() {
        let cameras = (1...16).map { DemoCamera(number: $0) }
        #expect(cameras[0].deviceID == "demo-gate-1")
        #expect(cameras[0].name == "ทางเข้า 1 (สาธิต)")
        #expect(Set(cameras.map(\.deviceID)).count == 16)
        #expect(Set(cameras.map(\.name)).count == 16)
        #expect(cameras.allSatisfy { DeviceID($0.deviceID) != nil && $0.deviceID > DemoCamera.idPrefix })
    }
}
