import Dialects
import Domain
import GRDB
import Gateway
import Media
import Store
import TestSupport
import Testing

@Suite("Frames of cameras in the field")
struct FrameTests {
    private static let twoPlates = #"[{"text":"1กก 1234","confidence":0.9},{"text":"2ขค 5678","confidence":0.8}]"#
    private static let picture = base64(ScratchGateway.onePixel)

    private static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 { text.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : "=") }
        }
        return text
    }

    private func frame(
        plates: String = twoPlates, picture: String = picture, createdAt: String = "2026-11-23T01:00:00.5",
        timestamp: String = "2026-11-23T08:00:02", more: String = ""
    ) throws -> CameraFrame {
        let text = """
            {"type":"detection_result","camera_id":"gate-1","checkpoint_id":"CP-3","created_at":"\(createdAt)",
             "timestamp":"\(timestamp)","ocr_results":\(plates),"original_image":"\(picture)"\(more)}
            """
        return try FieldCamera.frame(
            try JSONParser.parse(text), defaultDevice: nil, zone: TimeZoneRules(offset: 7 * 3_600),
            pictureLimit: 8 << 20)
    }

    private func words(_ outcomes: [EventOutcome]) -> [String] {
        outcomes.map { outcome in
            switch outcome {
            case .created: "created"
            case .duplicate: "duplicate"
            case .conflict: "conflict"
            }
        }
    }

    private func rejected(_ gateway: ScratchGateway) async throws -> [RejectedMessageRow] {
        try await gateway.store.read { try RejectedMessageRow.page(after: nil, limit: 10, $0) }.messages
    }

    @Test("two plates are two events of one frame with one picture, in one transaction")
    func twoEvents() async throws {
        let gateway = try ScratchGateway()
        let outcomes = try await gateway.intake.accept(frame: frame(), from: gateway.sender(), payload: [])
        #expect(words(outcomes) == ["created", "created"])
        let events = outcomes.map(\.event)
        #expect(events.map(\.licensePlate) == ["1กก 1234", "2ขค 5678"])
        #expect(events[0].frameID != nil && events[0].frameID == events[1].frameID)
        #expect(events[0].imagePath != nil && events[0].imagePath == events[1].imagePath)
        #expect(gateway.pictureFiles == [gateway.folder.path + "/images/" + (events[0].imagePath ?? "")])
        #expect(events[0].capturedAt.rfc3339 == "2026-11-23T01:00:00.500Z")
        #expect(events[0].sentAt?.rfc3339 == "2026-11-23T01:00:02.000Z")
        #expect(events[0].metadata.contains(#""checkpoint":"CP-3""#))
        let device = try await gateway.store.read { try EdgeDevice.fetch(deviceID: "gate-1", $0) }
        #expect(device?.checkpoint == "CP-3")
        let log = try await gateway.store.read {
            try CommunicationLogRow.page(CommunicationLogRow.Filter(), after: nil, limit: 10, $0)
        }
        #expect(log.rows.map(\.messageType) == ["lpr_frame"])
        try await gateway.store.close()
    }

    @Test("a repeat with a new time of sending is the same rows and leaves no file")
    func repeated() async throws {
        let gateway = try ScratchGateway()
        let first = try await gateway.intake.accept(frame: frame(), from: gateway.sender(), payload: [])
        let files = gateway.pictureFiles
        let again = try await gateway.intake.accept(
            frame: frame(timestamp: "2026-11-23T09:30:00", more: #","processing_time_ms":7,"retry":2"#),
            from: gateway.sender(), payload: [])
        #expect(words(again) == ["duplicate", "duplicate"])
        #expect(again.map(\.event) == first.map(\.event))
        #expect(gateway.pictureFiles == files)
        #expect(try await rejected(gateway).isEmpty)
        try await gateway.store.close()
    }

    @Test("fifty copies of a frame at once are its rows and one file")
    func concurrentRepeats() async throws {
        let gateway = try ScratchGateway()
        let frame = try frame()
        let created = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let outcomes = try await gateway.intake.accept(frame: frame, from: gateway.sender(), payload: [])
                    return words(outcomes).count { $0 == "created" }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(created == 2)
        #expect(gateway.pictureFiles.count == 1)
        try await gateway.store.close()
    }

    @Test("other content under the same id changes nothing, and is kept among the rejected messages")
    func conflict() async throws {
        let gateway = try ScratchGateway()
        _ = try await gateway.intake.accept(frame: frame(), from: gateway.sender(), payload: [])
        let files = gateway.pictureFiles
        let other = try frame(picture: Self.base64(ScratchGateway.onePixel + [0, 0, 0]))
        let outcomes = try await gateway.intake.accept(
            frame: other, from: gateway.sender(), payload: Array("the payload".utf8))
        #expect(words(outcomes) == ["conflict", "conflict"])
        #expect(gateway.pictureFiles == files)
        #expect(try await rejected(gateway).map(\.payload) == ["the payload"])
        try await gateway.store.close()
    }

    @Test("a conflict of one plate does not keep the other out")
    func partialConflict() async throws {
        let gateway = try ScratchGateway()
        let first = Self.twoPlates.replacing("2ขค 5678", with: "3งง 1")
        _ = try await gateway.intake.accept(
            frame: frame(plates: first, picture: ""), from: gateway.sender(), payload: [])
        let outcomes = try await gateway.intake.accept(frame: frame(), from: gateway.sender(), payload: [])
        #expect(words(outcomes) == ["conflict", "created"])
        #expect(gateway.pictureFiles == [gateway.folder.path + "/images/" + (outcomes[1].event.imagePath ?? "")])
        try await gateway.store.close()
    }

    @Test("a picture goes with the last event that names it")
    func deletion() async throws {
        let gateway = try ScratchGateway()
        let events = try await gateway.intake.accept(frame: frame(), from: gateway.sender(), payload: []).map(\.event)
        let files = gateway.pictureFiles
        #expect(try await gateway.intake.delete(eventID: events[0].eventID, by: "admin") != nil)
        #expect(gateway.pictureFiles == files)
        // The repeat brings back what was deleted, with the picture that is still there.
        let again = try await gateway.intake.accept(frame: frame(), from: gateway.sender(), payload: [])
        #expect(words(again) == ["created", "duplicate"])
        #expect(again[0].event.imagePath == events[1].imagePath)
        for event in events { _ = try await gateway.intake.delete(eventID: event.eventID, by: "admin") }
        #expect(gateway.pictureFiles.isEmpty)
        #expect(try await gateway.intake.delete(eventID: events[0].eventID, by: "admin") == nil)
        try await gateway.store.close()
    }

    @Test("a repeat waits until a picture of its frame has been removed, and stores it anew")
    func repeatWaitsForRemoval() async throws {
        let gateway = try ScratchGateway()
        let frame = try frame()
        let events = try await gateway.intake.accept(frame: frame, from: gateway.sender(), payload: []).map(\.event)
        let path = try #require(events[0].imagePath)
        let repetition = try await gateway.intake.exclusively(events[1].eventID) {
            let repetition = Task {
                try await gateway.intake.accept(frame: frame, from: gateway.sender(), payload: [])
            }
            for event in events {
                _ = try await gateway.store.write { try $0.delete(eventID: event.eventID, by: "admin") }
            }
            // Time enough for a repeat that does not wait: it would find the file, and name it.
            for _ in 0..<500 { _ = try await gateway.store.write { $0.now } }
            #expect(try await gateway.store.event(events[0].eventID) == nil)
            try await gateway.pictures.remove(path)
            return repetition
        }
        #expect(words(try await repetition.value) == ["created", "created"])
        #expect(gateway.pictureFiles == [gateway.folder.path + "/images/" + path])
        try await gateway.store.close()
    }

    @Test("repeats and deletions at once never leave a row without its picture")
    func deletionBesideRepeats() async throws {
        let gateway = try ScratchGateway()
        let frame = try frame()
        let ids = frame.events.compactMap { $0.eventID?.text }
        for round in 0..<20 {
            _ = try await gateway.intake.accept(frame: frame, from: gateway.sender(), payload: [])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in ids { group.addTask { _ = try await gateway.intake.delete(eventID: id, by: "admin") } }
                for _ in 0..<4 {
                    group.addTask {
                        _ = try await gateway.intake.accept(frame: frame, from: gateway.sender(), payload: [])
                    }
                }
                try await group.waitForAll()
            }
            var named: Set<String> = []
            for id in ids {
                guard let path = try await gateway.store.event(id)?.imagePath else { continue }
                named.insert(gateway.folder.path + "/images/" + path)
            }
            try #require(Set(gateway.pictureFiles) == named, "round \(round)")
        }
        try await gateway.store.close()
    }

    @Test(
        "retention does not take the picture of an event that was sent anew", arguments: [twoPlates, #"["1กก 1234"]"#])
    func retention(plates: String) async throws {
        let gateway = try ScratchGateway()
        let frame = try frame(plates: plates, createdAt: "2020-01-01T00:00:00")
        let then = Instant(seconds: 1_577_836_805)
        var sender = gateway.sender()
        sender.receivedAt = then
        _ = try await gateway.intake.accept(frame: frame, from: sender, payload: [])
        var limits = Upkeep.Limits()
        limits.eventRetention = .seconds(86_400)
        let pictures = await Upkeep(gateway.store).run(limits).pictures
        #expect(Set(pictures.map(\.path)).count == 1)
        let again = try await gateway.intake.accept(frame: frame, from: sender, payload: [])
        #expect(words(again).allSatisfy { $0 == "created" })
        for picture in pictures { await gateway.intake.remove(picture) }
        #expect(gateway.pictureFiles == [gateway.folder.path + "/images/" + (again[0].event.imagePath ?? "")])
        for picture in await Upkeep(gateway.store).run(limits).pictures { await gateway.intake.remove(picture) }
        #expect(gateway.pictureFiles.isEmpty)
        try await gateway.store.close()
    }

    @Test("pictures of plates belong to their events")
    func plateImages() async throws {
        let gateway = try ScratchGateway()
        let crops = #","cropped_plates":["\#(Self.picture)","\#(Self.picture)"]"#
        let events = try await gateway.intake.accept(
            frame: frame(more: crops), from: gateway.sender(), payload: []
        ).map(\.event)
        #expect(gateway.pictureFiles.count == 3)
        _ = try await gateway.intake.delete(eventID: events[0].eventID, by: "admin")
        #expect(gateway.pictureFiles.count == 2)
        try await gateway.store.close()
    }

    @Test("a read is kept without a picture that is none, and a repeat is still a repeat")
    func noPicture() async throws {
        let gateway = try ScratchGateway()
        let frame = try frame(picture: Self.base64(Array("no picture at all".utf8)))
        let outcomes = try await gateway.intake.accept(frame: frame, from: gateway.sender(), payload: [])
        #expect(words(outcomes) == ["created", "created"])
        #expect(outcomes[0].event.imagePath == nil)
        #expect(outcomes[0].event.metadata.contains("the read is kept without it"))
        #expect(gateway.pictureFiles.isEmpty)
        let again = try await gateway.intake.accept(frame: frame, from: gateway.sender(), payload: [])
        #expect(words(again) == ["duplicate", "duplicate"])
        try await gateway.store.close()
    }

    @Test(
        "a read is kept when the camera's clock cannot be believed",
        arguments: ["1970-01-01T00:01:00", "2036-02-07T06:28:16"])
    func wrongClock(time: String) async throws {
        let gateway = try ScratchGateway()
        let outcomes = try await gateway.intake.accept(
            frame: frame(createdAt: time, timestamp: time), from: gateway.sender(), payload: [])
        #expect(words(outcomes) == ["created", "created"])
        #expect(outcomes[0].event.capturedAt == ScratchGateway.now)
        #expect(outcomes[0].event.sentAt == nil)
        #expect(outcomes[0].event.metadata.contains("set the camera's clock"))
        try await gateway.store.close()
    }

    @Test("a key speaks for its own camera, and a disabled camera is refused and heard of")
    func identity() async throws {
        let gateway = try ScratchGateway()
        let foreign = await #expect(throws: IntakeError.self) {
            try await gateway.intake.accept(frame: frame(), from: gateway.sender(device: "gate-2"), payload: [1])
        }
        #expect(foreign?.kind == .forbidden)
        gateway.devices.set(.disabled, deviceID: "gate-1")
        for attempt in 0..<3 {
            let error = await #expect(throws: IntakeError.self) {
                switch attempt {
                case 0: _ = try await gateway.intake.accept(frame: frame(), from: gateway.sender(), payload: [2])
                case 1: try await gateway.intake.register(registration(), from: gateway.sender())
                default: try await gateway.intake.report(health(), from: gateway.sender())
                }
            }
            #expect(error?.kind == .forbidden)
        }
        #expect(try await rejected(gateway).count == 4)
        #expect(gateway.pictureFiles.isEmpty)
        #expect(try await gateway.store.read { try EdgeDevice.count($0) } == 0)
        try await gateway.store.close()
    }

    @Test("below the reserve of free space nothing is taken")
    func reserve() async throws {
        let gateway = try ScratchGateway(reserve: .max)
        let error = await #expect(throws: IntakeError.self) {
            try await gateway.intake.accept(frame: frame(), from: gateway.sender(), payload: [])
        }
        #expect(error?.kind == .noSpace)
        #expect(gateway.pictureFiles.isEmpty)
        try await gateway.store.close()
    }

    private func registration(checkpoint: String? = "CP-3") throws -> CameraRegistration {
        CameraRegistration(device: try #require(DeviceID("gate-1")), checkpoint: checkpoint, name: "Gate 1")
    }

    private func health(_ status: String = "ok") throws -> CameraHealth {
        CameraHealth(device: try #require(DeviceID("gate-1")), report: ["status": .string(status)])
    }

    @Test("a camera registers itself; what is known of it stays")
    func registers() async throws {
        let gateway = try ScratchGateway()
        try await gateway.intake.register(registration(checkpoint: nil), from: gateway.sender(device: nil))
        try await gateway.intake.register(registration(), from: gateway.sender(device: nil))
        try await gateway.intake.register(registration(checkpoint: "CP-9"), from: gateway.sender(device: nil))
        let device = try await gateway.store.read { try EdgeDevice.fetch(deviceID: "gate-1", $0) }
        #expect(device?.name == "Gate 1")
        #expect(device?.checkpoint == "CP-3")
        #expect(device?.ipAddress == "192.0.2.7")
        #expect(device?.lastSeen == ScratchGateway.now)
        // Added, and given its checkpoint.
        let changes = try await gateway.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM changes") }
        #expect(changes == 2)
        try await gateway.store.close()
    }

    @Test("a report takes the place of the one before, and is no change in the feed")
    func reports() async throws {
        let gateway = try ScratchGateway()
        let unknown = await #expect(throws: IntakeError.self) {
            try await gateway.intake.report(health(), from: gateway.sender(device: nil))
        }
        #expect(unknown?.kind == .unknownDevice)
        try await gateway.intake.report(health(), from: gateway.sender())
        try await gateway.intake.report(health("warm"), from: gateway.sender())
        let device = try await gateway.store.read { try EdgeDevice.fetch(deviceID: "gate-1", $0) }
        #expect(device?.health == #"{"status":"warm"}"#)
        let changes = try await gateway.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM changes") }
        #expect(changes == 1)
        let tooLarge = CameraHealth(
            device: try #require(DeviceID("gate-1")),
            report: ["status": .string(String(repeating: "x", count: CameraHealth.reportLimit))])
        let error = await #expect(throws: IntakeError.self) {
            try await gateway.intake.report(tooLarge, from: gateway.sender())
        }
        #expect(error?.kind == .invalid)
        try await gateway.store.close()
    }
}
