import Dialects
import Domain
import TestSupport
import Testing

@Suite("What cameras in the field mean")
struct FieldCameraTests {
    /// Summer time from March to October.
    private static let berlin = {
        var file: [UInt8] = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        file += [UInt8](repeating: 0, count: 24)
        file += Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        for count in [0, 0, 0, 0, 1, 4] { file += [0, 0, 0, UInt8(count)] }
        file += [0, 0, 0x0E, 0x10, 0, 0] + Array("CET\0".utf8)
        file += Array("\nCET-1CEST,M3.5.0,M10.5.0/3\n".utf8)
        return try? TimeZoneRules(tzif: file)
    }()

    private func frame(
        _ text: String, device: String? = nil, zone: TimeZoneRules = GoldenTests.bangkok, pictureLimit: Int = 1_024
    ) throws -> CameraFrame {
        try FieldCamera.frame(
            try JSONParser.parse(text), defaultDevice: device.flatMap { DeviceID($0) }, zone: zone,
            pictureLimit: pictureLimit)
    }

    private func detection(_ members: String) -> String {
        #"{"type":"detection_result","camera_id":"c1",\#(members)}"#
    }

    @Test(
        "times without a zone are the site's when sent, UTC when captured",
        arguments: [
            (#""2026-11-23T08:00:05.25""#, "2026-11-23T01:00:05.250Z", "2026-11-23T08:00:05.250Z"),
            (#""2026-11-23 08:00:05""#, "2026-11-23T01:00:05.000Z", "2026-11-23T08:00:05.000Z"),
            (#""2026-11-23 08:00""#, "2026-11-23T01:00:00.000Z", "2026-11-23T08:00:00.000Z"),
            (#""2026/11/23 08:00:05,5""#, "2026-11-23T01:00:05.500Z", "2026-11-23T08:00:05.500Z"),
            (#""2026-11-23T08:00:05+07:00""#, "2026-11-23T01:00:05.000Z", "2026-11-23T01:00:05.000Z"),
            (#""2026-11-23T08:00:05+0700""#, "2026-11-23T01:00:05.000Z", "2026-11-23T01:00:05.000Z"),
            (#""2026-11-22T20:00:05-05""#, "2026-11-23T01:00:05.000Z", "2026-11-23T01:00:05.000Z"),
            (#""2026-11-23 01:00:05 UTC""#, "2026-11-23T01:00:05.000Z", "2026-11-23T01:00:05.000Z"),
            (#""2026-11-23T01:00:05.1234567891Z""#, "2026-11-23T01:00:05.123456Z", "2026-11-23T01:00:05.123456Z"),
            ("1795395605.25", "2026-11-23T01:00:05.250Z", "2026-11-23T01:00:05.250Z"),
            ("1795395605250", "2026-11-23T01:00:05.250Z", "2026-11-23T01:00:05.250Z"),
            (#""1795395605""#, "2026-11-23T01:00:05.000Z", "2026-11-23T01:00:05.000Z"),
        ])
    func times(text: String, sent: String, captured: String) throws {
        let frame = try frame(detection("\"timestamp\":\(text),\"created_at\":\(text)"))
        #expect(frame.events.map(\.sentAt?.rfc3339) == [sent])
        #expect(frame.events.map(\.capturedAt?.rfc3339) == [captured])
        #expect(frame.events[0].passingMetadata["faults"] == nil)
    }

    @Test(
        "what is no time is named, and the read is kept",
        arguments: [#""yesterday""#, #""2026-13-40T00:00:00""#, "12", "[1]", "{}", "true", #""2026-11-23""#])
    func noTime(text: String) throws {
        let draft = try #require(try frame(detection("\"timestamp\":\(text)")).events.first)
        #expect(draft.sentAt == nil && draft.capturedAt == nil)
        #expect(
            draft.passingMetadata["faults"]?.arrayValue?.first?.stringValue?.hasPrefix("timestamp is no time") == true)
    }

    @Test("local times go by the clocks of their season") func summer() throws {
        let zone = try #require(Self.berlin)
        for (local, utc) in [
            ("2026-01-15T12:00:00", "2026-01-15T11:00:00.000Z"), ("2026-07-15T12:00:00", "2026-07-15T10:00:00.000Z"),
            ("2026-03-29T01:59:59", "2026-03-29T00:59:59.000Z"), ("2026-03-29T03:00:00", "2026-03-29T01:00:00.000Z"),
            ("2026-10-25T01:30:00", "2026-10-24T23:30:00.000Z"), ("2026-10-25T03:00:00", "2026-10-25T02:00:00.000Z"),
        ] {
            let frame = try frame(detection("\"timestamp\":\"\(local)\""), zone: zone)
            #expect(frame.events.first?.sentAt?.rfc3339 == utc, "\(local)")
        }
    }

    @Test("a camera's name is its id, or is made into one that no other name gets")
    func names() throws {
        func id(_ name: String) throws -> String {
            try frame("{\"type\":\"detection_result\",\"camera_id\":\(JSONValue.string(name).text)}").device.text
        }
        for name in ["cam-1", "A.b_c-9", String(repeating: "x", count: 50)] { #expect(try id(name) == name) }
        #expect(try id("  cam-1 ") == "cam-1")
        let awkward = [
            "Gate 1", "Gate-1 ", "Gate  1", "Gate/1", "../../etc", ".hidden", "กล้องหน้า", "กล้องหลัง", "😀",
            String(repeating: "x", count: 51), String(repeating: "x", count: 5_000), "a\u{0}b", "a\nb", "-- --",
        ]
        let ids = try awkward.map(id)
        #expect(Set(ids).count == awkward.count)
        #expect(ids.allSatisfy { DeviceID($0) != nil })
        #expect(ids[0].hasPrefix("Gate-1-"))
        #expect(ids[1] == "Gate-1")
        #expect(ids[6].hasPrefix("camera-"))
        #expect(try awkward.map(id) == ids)
    }

    @Test(
        "camera_id wins, then aicamera_id, then device_id, then the key's own device",
        arguments: [
            (#""camera_id":"a","aicamera_id":"b","device_id":"c""#, "a"),
            (#""camera_id":null,"aicamera_id":"b","device_id":"c""#, "b"),
            (#""camera_id":" ","aicamera_id":"","device_id":"c""#, "c"),
            (#""camera_id":{"x":1},"aicamera_id":"None","device_id":7"#, "7"), (#""camera_id":"""#, "own"),
        ])
    func precedence(members: String, expected: String) throws {
        #expect(try frame("{\"type\":\"detection_result\",\(members)}", device: "own").device.text == expected)
    }

    @Test(
        "confidence is 0 to 1, or percent",
        arguments: [
            ("0.93", 0.93), ("1", 1), ("1.0000001", 1), ("93", 0.93), ("100", 1), (#""0.5""#, 0.5),
            (#""87.5%""#, 0.875),
            ("0", 0), ("-0.1", nil), ("101", nil), (#""high""#, nil), ("1e999", nil), ("[]", nil),
        ] as [(String, Double?)])
    func confidence(text: String, expected: Double?) throws {
        let draft = try #require(
            try frame(detection(#""ocr_results":[{"text":"1กก 1","confidence":\#(text)}]"#)).events.first)
        #expect(draft.confidence == expected)
        #expect((draft.passingMetadata["plate_faults"] != nil) == (expected == nil))
    }

    @Test("a repeat has the same ids and the same compared content, whatever its sending changed")
    func repeats() throws {
        let stable = #""created_at":"2026-11-23 01:00:00","original_image":"/9j/""#
        let lists = #""ocr_results":[{"text":"1กก 1","bbox":[1,2,3,4]},{"text":"2ขข 2"}],"plate_detections":[]"#
        let asText = """
            "ocr_results":"[{\\"text\\":\\"1กก 1\\",\\"bbox\\":[1, 2, 3, 4]},{\\"text\\":\\"2ขข 2\\"}]","plate_detections":"[]"
            """
        let first = try frame(detection("\(stable),\(lists),\"timestamp\":\"2026-11-23T08:00:01\""))
        let again = try frame(
            detection("\(stable),\(asText),\"timestamp\":\"2026-11-23T09:30:00\",\"retry\":3,\"processing_time_ms\":9"))
        #expect(first.events.count == 2)
        #expect(first.events.map(\.eventID) == again.events.map(\.eventID))
        #expect(first.events.map(\.capturedAt) == again.events.map(\.capturedAt))
        #expect(first.events.map(\.metadata) == again.events.map(\.metadata))
        #expect(first.events.map(\.frameID) == again.events.map(\.frameID))
        #expect(first.events.map(\.sentAt) != again.events.map(\.sentAt))
    }

    @Test(
        "another read has another id",
        arguments: [
            #""created_at":"2026-11-23 01:00:01","ocr_results":["1กก 1"]"#,
            #""created_at":"2026-11-23 01:00:00","ocr_results":["1กก 2"]"#,
            #""created_at":"2026-11-23 01:00:00","ocr_results":[{"text":"1กก 1","bbox":[1]}]"#,
            #""created_at":"2026-11-23 01:00:00","ocr_results":[]"#,
            #""created_at":"2026-11-23 01:00:00","vehicle_detections":[{"bbox":[1]}]"#,
            #""created_at":"2026-11-23 01:00:00","original_image":"/9j/""#,
            #""created_at":"2026-11-23 01:00:00","aicamera_id":"x","device_id":"y","camera_id":"c2","ocr_results":["1กก 1"]"#,
        ])
    func others(members: String) throws {
        let first = try frame(detection(#""created_at":"2026-11-23 01:00:00","ocr_results":["1กก 1"]"#))
        let text = members.contains("\"camera_id\"") ? "{\(members)}" : detection(members)
        #expect(try frame(text).events.first?.eventID != first.events.first?.eventID)
    }

    @Test("frames without a plate in one second are told apart by what they show")
    func withoutPlate() throws {
        let moment = #""created_at":"2026-11-23 01:00:00""#
        let ids = try [
            moment, moment + #","original_image":"/9j/""#, moment + #","original_image":"/9j4""#,
            moment + #","vehicle_detections":[{"bbox":[1]}],"original_image":"/9j4""#,
            moment + #","vehicle_detections":[{"bbox":[2]}],"original_image":"/9j4""#,
        ].map { try frame(detection($0)).events.first?.eventID }
        #expect(Set(ids).count == ids.count && !ids.contains(nil))
    }

    @Test("without a time the picture tells a repeat, and without both each is an event of its own")
    func withoutTime() throws {
        let withPicture = detection(#""ocr_results":["1กก 1"],"original_image":"/9j/""#)
        #expect(try frame(withPicture).events.first?.eventID != nil)
        #expect(try frame(withPicture) == frame(withPicture))
        #expect(try frame(detection(#""ocr_results":["1กก 1"]"#)).events.first?.eventID == nil)
    }

    @Test("more plates than one frame can have are kept as metadata")
    func manyPlates() throws {
        let plates = (0..<200).map { #"{"text":"กข \#($0)"}"# }.joined(separator: ",")
        let frame = try frame(detection("\"ocr_results\":[\(plates)]"))
        #expect(frame.events.count == 32)
        #expect(frame.events.first?.passingMetadata["more_plates"]?.arrayValue?.count == 168)
    }

    @Test("a health report has a bound")
    func healthLimit() throws {
        let long = String(repeating: "x", count: CameraHealth.reportLimit)
        let value = try JSONParser.parse(#"{"camera_id":"c1","status":"\#(long)"}"#)
        #expect(throws: MessageRejection.self) { try FieldCamera.health(value, defaultDevice: nil) }
    }

    @Test("damaged messages never bring it down, and what comes out can be stored")
    func fuzz() throws {
        var generator = SeededGenerator(7)
        var accepted = 0
        for name in GoldenTests.names {
            let seed = try GoldenTests.input(name)
            guard seed.count < 4_000 else { continue }
            for _ in 0..<600 {
                guard let value = try? JSONParser.parse(mutated(seed, using: &generator)) else { continue }
                _ = try? FieldCamera.health(value, defaultDevice: nil)
                _ = try? FieldCamera.registration(value, defaultDevice: nil)
                guard
                    let frame = try? FieldCamera.frame(
                        value, defaultDevice: nil, zone: GoldenTests.bangkok, pictureLimit: 1_024)
                else { continue }
                accepted += 1
                check(frame)
            }
        }
        #expect(accepted > 1_000)
    }

    @Test("hostile lists stay within the bounds")
    func hostile() throws {
        let deep = String(repeating: "[", count: 14) + String(repeating: "]", count: 14)
        let control = String(repeating: #"\u0001"#, count: 3_000)
        let long = String(repeating: "ก", count: 20_000)
        let objects = (0..<3_000).map { #"{"bbox":[\#($0)],"class":"\#(control.prefix(60))"}"# }.joined(separator: ",")
        for members in [
            #""ocr_results":[\#(objects)],"plate_detections":[\#(objects)],"vehicle_detections":[\#(objects)]"#,
            #""ocr_results":"\#(long)","province":"\#(long)","checkpoint_id":"\#(long)","created_at":"\#(long)""#,
            #""ocr_results":[\#(deep)],"plates":\#(deep),"data":"\#(control)","timestamp":"\#(control)""#,
            #""ocr_results":[{"text":"\#(long)","bbox":["\#(long)"],"province":"\#(long)","confidence":"\#(long)"}]"#,
            #""ocr_results":[["\#(long)",["\#(long)"],1e308]],"\#(long)":"\#(control)","x":"\#(control)""#,
            #""ocr_results":"[\#(String(repeating: "0,", count: 30_000))0]","plates_count":"\#(long)""#,
        ] {
            check(try frame(detection(members)))
        }
    }

    private func check(_ frame: CameraFrame) {
        #expect((1...32).contains(frame.events.count))
        #expect((frame.checkpoint?.unicodeScalars.count ?? 0) <= 100)
        let ids = frame.events.compactMap(\.eventID)
        #expect(Set(ids).count == ids.count)
        #expect((frame.picture?.bytes.count ?? 0) <= 1_024)
        for draft in frame.events {
            var all = draft.metadata
            for member in draft.passingMetadata.members { all[member.name] = member.value }
            #expect(JSONValue.object(all).text.utf8.count <= LPREventDraft.metadataLimit - 1_024)
            #expect((draft.licensePlate?.unicodeScalars.count ?? 1) <= LPREventDraft.plateLimit)
            #expect(draft.licensePlate?.contains("\0") != true && draft.province?.contains("\0") != true)
            #expect((draft.province?.unicodeScalars.count ?? 1) <= 100)
            #expect(draft.confidence.map { (0...1).contains($0) } ?? true)
        }
    }
}
