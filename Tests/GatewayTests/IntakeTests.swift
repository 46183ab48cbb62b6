import Dialects
import Domain
import Gateway
import Logging
import Store
import Synchronization
import TestSupport
import Testing

@Suite("Intake")
struct IntakeTests {
    @Test("an event is normalised, stored, logged, and its device heard of")
    func accepted() async throws {
        let gateway = try ScratchGateway()
        var draft = try gateway.draft("e1", plate: "๑กก ๑๒๓๔")
        draft.province = "Chiang Mai"
        let outcome = try await gateway.intake.accept(draft, from: gateway.sender(), payload: [])
        guard case .created(let event) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(event.licensePlate == "๑กก ๑๒๓๔")
        #expect(event.plateKey == "1กก1234")
        #expect(event.plateKind == .car)
        #expect(event.province == "เชียงใหม่")
        #expect(event.provinceCode == "TH-50")
        #expect(event.metadata == #"{"province_as_read":"Chiang Mai"}"#)
        #expect(event.capturedAt == ScratchGateway.now)
        let device = try await gateway.store.read { try EdgeDevice.fetch(deviceID: "gate-1", $0) }
        #expect(device?.lastSeen == ScratchGateway.now)
        #expect(device?.ipAddress == "192.0.2.7")
        #expect(device?.protocols == [.http])
        let log = try await gateway.store.read {
            try CommunicationLogRow.page(CommunicationLogRow.Filter(), after: nil, limit: 10, $0)
        }
        #expect(log.rows.map(\.isSuccess) == [true])
        try await gateway.store.close()
    }

    @Test("an unknown province is kept as it was read")
    func unknownProvince() async throws {
        let gateway = try ScratchGateway()
        var draft = try gateway.draft("e1")
        draft.province = "แอตแลนติส"
        let event = try await gateway.intake.accept(draft, from: gateway.sender(), payload: []).event
        #expect(event.province == "แอตแลนติส")
        #expect(event.provinceCode == nil)
        try await gateway.store.close()
    }

    @Test("a camera's clock that is off is flagged", arguments: [(4, nil), (-3_600, nil), (3_600, 3_600_000)])
    func clockSkew(offset: Int, expected: Int64?) async throws {
        let gateway = try ScratchGateway()
        var draft = try gateway.draft("e1")
        draft.capturedAt = ScratchGateway.now + .seconds(offset)
        let event = try await gateway.intake.accept(draft, from: gateway.sender(), payload: []).event
        #expect(event.clockSkewMilliseconds == expected)
        try await gateway.store.close()
    }

    @Test("a message that is refused is kept with its reason")
    func rejected() async throws {
        let gateway = try ScratchGateway()
        var draft = try gateway.draft("e1")
        draft.confidence = 1.2
        let error = await #expect(throws: IntakeError.self) {
            try await gateway.intake.accept(draft, from: gateway.sender(), payload: Array("the payload".utf8))
        }
        #expect(error?.kind == .invalid)
        #expect(error?.fields.map(\.field) == ["confidence"])
        let kept = try await gateway.store.read { try RejectedMessageRow.page(after: nil, limit: 10, $0) }
        #expect(kept.messages.map(\.payload) == ["the payload"])
        #expect(kept.messages.first?.reason.contains("confidence") == true)
        try await gateway.store.close()
    }

    @Test("a key speaks for its own device, and a disabled device for nobody")
    func identity() async throws {
        let gateway = try ScratchGateway()
        let draft = try gateway.draft("e1")
        let foreign = await #expect(throws: IntakeError.self) {
            try await gateway.intake.accept(draft, from: gateway.sender(device: "gate-2"), payload: [])
        }
        #expect(foreign?.kind == .forbidden)
        gateway.devices.set(.disabled, deviceID: "gate-1")
        let disabled = await #expect(throws: IntakeError.self) {
            try await gateway.intake.accept(draft, from: gateway.sender(), payload: [])
        }
        #expect(disabled?.kind == .forbidden)
        gateway.devices.set(.active, deviceID: "gate-1")
        _ = try await gateway.intake.accept(draft, from: gateway.sender(), payload: [])
        try await gateway.store.close()
    }

    @Test("fifty copies at once of an event with its picture are one row and one file")
    func concurrentRepeats() async throws {
        let gateway = try ScratchGateway()
        let draft = try gateway.draft("same", picture: ScratchGateway.onePixel)
        let created = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let outcome = try await gateway.intake.accept(draft, from: gateway.sender(), payload: [])
                    if case .created = outcome { return true } else { return false }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(created == 1)
        let event = try #require(try await gateway.store.event("same"))
        #expect(gateway.pictureFiles == [gateway.folder.path + "/images/" + (event.imagePath ?? "")])
        try await gateway.store.close()
    }

    @Test("a conflict leaves the first picture and none of its own")
    func conflict() async throws {
        let gateway = try ScratchGateway()
        let first = try gateway.draft("e1", picture: ScratchGateway.onePixel)
        _ = try await gateway.intake.accept(first, from: gateway.sender(), payload: [])
        let files = gateway.pictureFiles
        let other = try gateway.draft("e1", picture: ScratchGateway.onePixel + [0])
        let error = await #expect(throws: IntakeError.self) {
            try await gateway.intake.accept(other, from: gateway.sender(), payload: [])
        }
        #expect(error?.kind == .conflict)
        #expect(gateway.pictureFiles == files)
        #expect(files.count == 1)
        try await gateway.store.close()
    }

    @Test("what is no picture is refused, and nothing of the event is stored")
    func noPicture() async throws {
        let gateway = try ScratchGateway()
        let draft = try gateway.draft("e1", picture: Array("hello".utf8))
        let error = await #expect(throws: IntakeError.self) {
            try await gateway.intake.accept(draft, from: gateway.sender(), payload: [])
        }
        #expect(error?.fields.map(\.field) == ["image"])
        #expect(try await gateway.store.event("e1") == nil)
        #expect(gateway.pictureFiles.isEmpty)
        try await gateway.store.close()
    }

    @Test("below the reserve of free space nothing is taken, and the sender may try again")
    func reserve() async throws {
        let gateway = try ScratchGateway(reserve: .max)
        let draft = try gateway.draft("e1")
        let error = await #expect(throws: IntakeError.self) {
            try await gateway.intake.accept(draft, from: gateway.sender(), payload: [])
        }
        #expect(error?.kind == .noSpace)
        #expect(error?.isTemporary == true)
        try await gateway.store.close()
    }

    @Test("a batch is one transaction; a bad line does not spoil the good ones")
    func batch() async throws {
        let gateway = try ScratchGateway()
        var wrong = try gateway.draft("wrong")
        wrong.confidence = 7
        let lines: [(decoded: Result<LPREventDraft, MessageRejection>, payload: [UInt8])] = [
            (.success(try gateway.draft("a")), []), (.success(wrong), Array("w".utf8)),
            (.failure(MessageRejection(fields: [FieldError("", "no JSON")])), Array("x".utf8)),
            (.success(try gateway.draft("a")), []),
            (.success(try gateway.draft("b", picture: ScratchGateway.onePixel)), []),
            (.success(try gateway.draft("a", plate: "ขข 1")), Array("c".utf8)),
        ]
        let outcomes = try await gateway.intake.accept(batch: lines, from: gateway.sender())
        let words = outcomes.map { outcome in
            switch outcome {
            case .stored(.created): "created"
            case .stored(.duplicate): "duplicate"
            case .stored(.conflict): "conflict"
            case .rejected(_, let error): "\(error.kind)"
            }
        }
        #expect(words == ["created", "invalid", "invalid", "duplicate", "created", "conflict"])
        let rejected = try await gateway.store.read { try RejectedMessageRow.page(after: nil, limit: 10, $0) }
        #expect(rejected.messages.map(\.payload).sorted() == ["c", "w", "x"])
        #expect(gateway.pictureFiles.count == 1)
        try await gateway.store.close()
    }

    @Test("the bus tells what was committed, in order, and what was refused")
    func bus() async throws {
        let bus = EventBus()
        let heard = Mutex<[String]>([])
        bus.listen { messages in
            heard.withLock { heard in
                for message in messages {
                    switch message {
                    case .change(.eventStored(let event), let sequence): heard.append("\(sequence) \(event.eventID)")
                    case .rejected(let notice): heard.append("rejected: \(notice.reason)")
                    default: heard.append("something else")
                    }
                }
            }
        }
        let folder = try ScratchFolder()
        let store = try Store(
            Store.Configuration(directory: folder.path, clock: WallClock { ScratchGateway.now }),
            logger: .init(label: "test"), observer: bus.publish)
        for index in 0..<3 {
            _ = try await store.write { context in
                try context.insert(
                    LPREvent(
                        eventID: "e\(index)", edgeDeviceID: "g", capturedAt: ScratchGateway.now,
                        receivedAt: ScratchGateway.now, createdAt: ScratchGateway.now, updatedAt: ScratchGateway.now,
                        sourceProtocol: .http))
            }
        }
        try await store.write { context in
            try context.keep(
                RejectedMessage(
                    receivedAt: ScratchGateway.now, protocol: .http, peer: "192.0.2.1", deviceID: nil,
                    reason: "no JSON",
                    payload: []))
        }
        #expect(heard.withLock { $0 } == ["1 e0", "2 e1", "3 e2", "rejected: no JSON"])
        try await store.close()
    }
}
