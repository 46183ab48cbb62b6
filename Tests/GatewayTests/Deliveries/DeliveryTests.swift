import Dialects
import Domain
import Gateway
import Store
import TestSupport
import Testing

@Suite("Deliveries of a broker")
struct DeliveryTests {
    private func frame(_ gateway: ScratchGateway, _ ids: [String], picture: [UInt8]?) throws -> CameraFrame {
        let drafts = try ids.map { id in
            var draft = try gateway.draft(id)
            draft.frameID = "frame-1"
            return draft
        }
        return CameraFrame(
            device: try #require(DeviceID("gate-1")), checkpoint: "CP-3", picture: picture.map { PictureBytes($0) },
            events: drafts)
    }

    private func health(_ device: String) throws -> CameraHealth {
        CameraHealth(device: try #require(DeviceID(device)), report: ["cpu": 12])
    }

    @Test("everything that can come in is one transaction, with a row of the log for each but health")
    func mixed() async throws {
        let gateway = try ScratchGateway()
        let device = try #require(DeviceID("gate-1"))
        let deliveries = [
            try gateway.event("a"), try gateway.event("a"), try gateway.event("a", plate: "ขข 1", payload: "other"),
            gateway.delivery(.frame(try frame(gateway, ["f1", "f2"], picture: ScratchGateway.onePixel))),
            gateway.delivery(.health(try health("gate-1"), isSignOfLife: true)),
            gateway.delivery(.registration(CameraRegistration(device: device, checkpoint: "CP-9", name: "Gate"))),
            gateway.delivery(
                .announcement(
                    FileAnnouncement(device: device, requestID: "r1", path: "a/b.jpg", size: 10, sha256: nil))),
            gateway.delivery(.unreadable(MessageRejection(fields: [FieldError("", "no JSON")])), payload: "x"),
            gateway.delivery(.event(try gateway.draft("b")), device: "gate-2", payload: "foreign"),
            gateway.delivery(.health(try health("gate-7"), isSignOfLife: true), device: nil),
        ]
        let verdicts = try await gateway.intake.accept(deliveries: deliveries)
        #expect(
            words(verdicts) == [
                "created", "duplicate", "conflict", "created created", "noted", "noted", "noted", "invalid",
                "forbidden",
                "unknownDevice",
            ])
        let rejected = try await gateway.rejectedMessages()
        #expect(rejected.map(\.payload) == ["foreign", "x", "other"])
        #expect(rejected.map(\.topic) == [String?](repeating: "lpr/data/edge/gate-1", count: 3))
        let types = try await gateway.column("message_type", of: "communication_logs")
        #expect(
            types == [
                "lpr_event", "lpr_event", "lpr_event", "lpr_frame", "device_register", "file_transfer_request",
                "lpr_event", "lpr_event",
            ])
        let total = try #require(gateway.statistics.totals.first)
        #expect(total.messages == 10 && total.failures == 4)
        let file = try await gateway.store.read {
            try FileTransferRecord.fetch(deviceID: "gate-1", path: "a/b.jpg", $0)
        }
        #expect(file?.requestID == "r1" && file?.size == 10 && file?.status == "announced")
        try await gateway.store.close()
    }

    @Test("an event in a broker's message leaves the device's own address alone")
    func relayed() async throws {
        let gateway = try ScratchGateway()
        _ = try await gateway.intake.accept(
            gateway.draft("direct"), from: gateway.sender(), payload: [])
        _ = try await gateway.intake.accept(deliveries: [try gateway.event("relayed")])
        let device = try await gateway.store.read { try EdgeDevice.fetch(deviceID: "gate-1", $0) }
        #expect(device?.ipAddress == "192.0.2.7")
        #expect(device?.protocols == [.http, .mqtt])
        try await gateway.store.close()
    }

    @Test("a report that a device did not give just now is kept, but is no sign of life")
    func oldReport() async throws {
        let gateway = try ScratchGateway()
        let report = gateway.delivery(.health(try health("gate-1"), isSignOfLife: false))
        #expect(words(try await gateway.intake.accept(deliveries: [report])) == ["noted"])
        let device = try await gateway.store.read { try EdgeDevice.fetch(deviceID: "gate-1", $0) }
        #expect(device?.health == #"{"cpu":12}"#)
        #expect(device?.lastSeen == nil)
        try await gateway.store.close()
    }

    @Test("marks are written with what they belong to, read again, replaced by place, and forgotten by broker")
    func marks() async throws {
        let gateway = try ScratchGateway()
        var first = try gateway.event("a")
        first.mark = gateway.mark(3, ["a"])
        var wrong = gateway.delivery(.unreadable(MessageRejection(fields: [FieldError("", "no JSON")])))
        wrong.mark = gateway.mark(4, [], broker: "broker-b")
        _ = try await gateway.intake.accept(deliveries: [first, wrong])
        #expect(
            try await gateway.marks() == [
                gateway.mark(3, ["a"]), gateway.mark(4, [], broker: "broker-b"),
            ])

        var second = gateway.delivery(.frame(try frame(gateway, ["b", "c"], picture: nil)))
        second.mark = gateway.mark(3, ["b", "c"])
        _ = try await gateway.intake.accept(deliveries: [second])
        #expect(try await gateway.marks().map(\.eventIDs) == [["b", "c"], []])
        try await gateway.intake.forgetDeliveryMarks(broker: "broker-b")
        #expect(try await gateway.marks().map(\.broker) == ["broker-a"])
        try await gateway.store.close()
    }

    @Test("the events of a frame name one picture; a repeat in the same batch leaves no file")
    func sharedPicture() async throws {
        let gateway = try ScratchGateway()
        let frame = try frame(gateway, ["f1", "f2"], picture: ScratchGateway.onePixel)
        let verdicts = try await gateway.intake.accept(deliveries: [
            gateway.delivery(.frame(frame)), gateway.delivery(.frame(frame)),
            try gateway.event("p", picture: ScratchGateway.onePixel),
            try gateway.event("p", plate: "ขข 1", picture: ScratchGateway.onePixel + [0]),
            try gateway.event("q", picture: Array("hello".utf8)),
        ])
        #expect(
            words(verdicts) == ["created created", "duplicate duplicate", "created", "conflict", "invalid"])
        let paths = try await gateway.column("image_path", of: "lpr_events")
        #expect(paths.count == 3 && paths[0] != nil && paths[0] == paths[1])
        #expect(Set(gateway.pictureFiles) == Set(paths.compactMap { $0.map { gateway.folder.path + "/images/" + $0 } }))
        try await gateway.store.close()
    }
}
