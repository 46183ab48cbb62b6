import Dialects
import Domain
import TestSupport
import Testing

@Suite("The appliance's own dialect")
struct NativeEventTests {
    private func decode(_ text: String, device: String? = "gate-1") throws -> LPREventDraft {
        try NativeEvent.decode(try JSONParser.parse(text), defaultDevice: device.flatMap { DeviceID($0) })
    }

    @Test("reads every field")
    func everyField() throws {
        let draft = try decode(
            #"""
            {"event_id":"e:1","edge_device_id":"gate-2","license_plate":"1กก 1234","province":"กรุงเทพมหานคร",
             "confidence":0.9312,"captured_at":"2026-11-23T08:00:00.123+07:00","sent_at":"2026-11-23T08:00:01+07:00",
             "frame_id":"f1","image":"/9j/","metadata":{"lane":2},"vendor_field":[1]}
            """#)
        #expect(draft.eventID?.text == "e:1")
        #expect(draft.edgeDeviceID.text == "gate-2")
        #expect(draft.licensePlate == "1กก 1234")
        #expect(draft.confidence == 0.9312)
        #expect(draft.capturedAt == Instant(rfc3339: "2026-11-23T01:00:00.123Z"))
        #expect(draft.frameID == "f1")
        #expect(draft.image?.bytes == [0xFF, 0xD8, 0xFF])
        #expect(JSONValue.object(draft.metadata).text == #"{"lane":2,"extra":{"vendor_field":[1]}}"#)
    }

    @Test("a frame without a plate is an event without a plate", arguments: ["null", "\"\"", "\"  \""])
    func noPlate(plate: String) throws {
        #expect(try decode("{\"license_plate\":\(plate)}").licensePlate == nil)
    }

    @Test("a key's own device fills in for a missing one")
    func defaultDevice() throws {
        #expect(try decode("{}").edgeDeviceID.text == "gate-1")
        #expect(throws: MessageRejection.self) { try decode("{}", device: nil) }
    }

    @Test(
        "names each field that is wrong",
        arguments: [
            (#"{"event_id":7}"#, "event_id"), (#"{"event_id":"a b"}"#, "event_id"),
            (#"{"edge_device_id":"../x"}"#, "edge_device_id"), (#"{"license_plate":5}"#, "license_plate"),
            (#"{"license_plate":"a\u0000b"}"#, "license_plate"), (#"{"confidence":"high"}"#, "confidence"),
            (#"{"captured_at":"yesterday"}"#, "captured_at"), (#"{"captured_at":1700000000}"#, "captured_at"),
            (#"{"image":"%%%"}"#, "image"), (#"{"image":{}}"#, "image"), (#"{"metadata":"x"}"#, "metadata"),
            (#"{"province":["x"]}"#, "province"), (#"{"image":"/9j/","image_path":"a.jpg"}"#, "image_path"),
        ])
    func wrongField(text: String, field: String) throws {
        let error = try #require(throws: MessageRejection.self) { try decode(text) }
        #expect(error.fields.map(\.field) == [field])
    }

    @Test("names all wrong fields at once")
    func allWrongFields() throws {
        let error = try #require(throws: MessageRejection.self) {
            try decode(#"{"event_id":"","confidence":"x","captured_at":"x","metadata":1}"#)
        }
        #expect(error.fields.map(\.field) == ["event_id", "confidence", "captured_at", "metadata"])
    }

    @Test("bounds the metadata with everything unknown in it")
    func metadataLimit() throws {
        let long = String(repeating: "x", count: LPREventDraft.metadataLimit)
        let error = try #require(throws: MessageRejection.self) { try decode("{\"unknown\":\"\(long)\"}") }
        #expect(error.fields.map(\.field) == ["metadata"])
    }

    @Test("bounds a picture before it is decoded")
    func pictureLimit() throws {
        let value = try JSONParser.parse("{\"image\":\"" + String(repeating: "A", count: 4_096) + "\"}")
        let device = DeviceID("gate-1")
        #expect(throws: MessageRejection.self) {
            try NativeEvent.decode(value, defaultDevice: device, pictureLimit: 1_024)
        }
        #expect(throws: Never.self) { try NativeEvent.decode(value, defaultDevice: device, pictureLimit: 4_096) }
    }

    @Test(
        "base64 as browsers and mail programs write it",
        arguments: ["AQID", "data:image/jpeg;base64,AQID", "AQ\r\nID"])
    func base64(text: String) {
        #expect(Base64.decode(text) == [1, 2, 3])
    }

    @Test("damaged messages never bring it down")
    func fuzz() throws {
        let seed = Array(
            #"{"event_id":"e-1","edge_device_id":"g","license_plate":"1กก 1234","confidence":0.9,"image":"/9j/","metadata":{}}"#
                .utf8)
        var generator = SeededGenerator(99)
        var accepted = 0
        for _ in 0..<20_000 {
            guard let value = try? JSONParser.parse(mutated(seed, using: &generator)) else { continue }
            if let draft = try? NativeEvent.decode(value, defaultDevice: nil) {
                accepted += 1
                #expect(!draft.edgeDeviceID.text.isEmpty)
            }
        }
        #expect(accepted > 100)
    }
}
