import Dialects
import Domain
import Foundation
import TestSupport
import Testing

/// Every shape in which the cameras in the field are known to speak, as `Golden/NAME.json`, and what becomes of it, as
/// `Golden/NAME.expected.json`. With GOLDEN_UPDATE=1 in the environment the expectations are written anew: read the
/// difference before you keep it.
@Suite("Messages of cameras in the field")
struct GoldenTests {
    static let folder = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Golden"
    static let names = ScratchFolder.names(in: folder).filter { $0.hasSuffix(".json") && !$0.contains(".expected.") }
        .map { String($0.dropLast(5)) }
    static let bangkok = TimeZoneRules(offset: 7 * 3_600)

    @Test("are read as expected", arguments: names)
    func golden(name: String) throws {
        let expectation = URL(filePath: "\(Self.folder)/\(name).expected.json")
        let actual = Self.readable(Self.decoded(try JSONParser.parse(try Self.input(name)))) + "\n"
        if ProcessInfo.processInfo.environment["GOLDEN_UPDATE"] == "1" {
            try Data(actual.utf8).write(to: expectation)
        }
        let expected = String(decoding: (try? Data(contentsOf: expectation)) ?? Data(), as: UTF8.self)
        #expect(actual == expected)
    }

    static func input(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name).json")))
    }

    @Test("there are some") func folderIsThere() { #expect(Self.names.count > 15) }

    private static func decoded(_ value: JSONValue) -> JSONValue {
        do throws(MessageRejection) {
            switch FieldCamera.kind(of: value) {
            case .registration:
                let registration = try FieldCamera.registration(value, defaultDevice: nil)
                return [
                    "kind": "registration", "device": .string(registration.device.text),
                    "checkpoint": .optional(registration.checkpoint), "name": .optional(registration.name),
                ]
            case .health:
                let health = try FieldCamera.health(value, defaultDevice: nil)
                return [
                    "kind": "health", "device": .string(health.device.text),
                    "checkpoint": .optional(health.checkpoint), "report": .object(health.report),
                ]
            case .detection, nil:
                let frame = try FieldCamera.frame(value, defaultDevice: nil, zone: bangkok, pictureLimit: 1_024)
                return [
                    "kind": "detection", "device": .string(frame.device.text),
                    "checkpoint": .optional(frame.checkpoint), "picture_bytes": bytes(of: frame.picture),
                    "events": .array(frame.events.map(event)),
                ]
            }
        } catch {
            return ["kind": "rejection", "reason": .string(error.reason), "device": .optional(error.deviceID)]
        }
    }

    private static func bytes(of picture: PictureBytes?) -> JSONValue {
        picture.map { .integer($0.bytes.count) } ?? .null
    }

    private static func event(_ draft: LPREventDraft) -> JSONValue {
        [
            "event_id": .optional(draft.eventID?.text), "license_plate": .optional(draft.licensePlate),
            "province": .optional(draft.province), "confidence": draft.confidence.map { .double($0) } ?? .null,
            "captured_at": .optional(draft.capturedAt?.rfc3339), "sent_at": .optional(draft.sentAt?.rfc3339),
            "frame_id": .optional(draft.frameID), "plate_image_bytes": bytes(of: draft.plateImage),
            "metadata": .object(draft.metadata), "passing_metadata": .object(draft.passingMetadata),
        ]
    }

    /// Two levels of the object on lines of their own.
    private static func readable(_ value: JSONValue) -> String {
        guard case .object(let object) = value else { return value.text }
        let lines = object.members.map { member -> String in
            guard case .array(let items) = member.value, member.name == "events" else {
                return "  \"\(member.name)\": \(member.value.text)"
            }
            let events = items.map { item in
                let members = (item.objectValue?.members ?? []).map { "      \"\($0.name)\": \($0.value.text)" }
                return "    {\n" + members.joined(separator: ",\n") + "\n    }"
            }
            return "  \"events\": [\n" + events.joined(separator: ",\n") + "\n  ]"
        }
        return "{\n" + lines.joined(separator: ",\n") + "\n}"
    }
}
