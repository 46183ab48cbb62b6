import Dialects
import Domain
import Gateway
import Testing

@testable import MQTTLink

struct InboundRouterTests {
    static let router = InboundRouter(
        siteID: "site-1",
        extraTopics: ["aicamera/edge/{device_id}/detection", "cameras/+/reads"].compactMap { TopicPattern($0) },
        payloadLimit: 4_096, pictureLimit: 1_024, zone: .utc)

    static func route(_ topic: String, _ payload: String, isRetained: Bool = false) -> InboundRouter.Route {
        router.route(
            InboundMessage(
                topic: topic, payload: Array(payload.utf8), qos: 1, packetID: 1, isRetained: isRetained))
    }

    /// What a route is, in one word, with its device.
    private static func words(_ route: InboundRouter.Route) -> String {
        guard case .content(let content, let device, _) = route else { return "ignored" }
        let kind =
            switch content {
            case .event(let draft): "event \(draft.licensePlate ?? "-")"
            case .frame(let frame): "frame \(frame.events.compactMap(\.licensePlate).joined(separator: ","))"
            case .health(_, let isSignOfLife): isSignOfLife ? "health" : "health of the past"
            case .registration: "registration"
            case .announcement(let announcement): "announcement \(announcement.path)"
            case .unreadable(let rejection): "rejected: \(rejection.reason)"
            }
        return "\(device?.text ?? "nobody") \(kind)"
    }

    @Test(arguments: [
        (#"{"edge_device_id":"gate-1","license_plate":"1กก 1234"}"#, "gate-1 event 1กก 1234"),
        (#"{"license_plate":"1กก 1234","confidence":0.9}"#, "gate-1 event 1กก 1234"),
        (#"{"event_id":"a"}"#, "gate-1 event -"),
        (#"{"camera_id":"gate-1","license_plate":"1กก 1234"}"#, "gate-1 frame 1กก 1234"),
        (
            #"{"device_id":"gate-1","data":{"plates":[{"plate_number":"1กก 1234"}]},"timestamp":"2026-01-01T00:00:00"}"#,
            "gate-1 frame 1กก 1234"
        ),
        (#"{"detection_data":{"plates":[{"plate_number":"1กก 1234"}]}}"#, "gate-1 frame 1กก 1234"),
        (#"{"camera_id":"gate-1","checkpoint_id":"north","timestamp":"2026-01-01"}"#, "gate-1 registration"),
        (#"{"type":"health_status","cpu_usage":3}"#, "gate-1 health"),
        (#"{"camera_id":"gate-1","status":"online","cpu_usage":3}"#, "gate-1 health"),
    ])
    func aReadInAnyShape(_ payload: String, _ expected: String) {
        #expect(Self.words(Self.route("lpr/data/edge/gate-1", payload)) == expected)
    }

    @Test(arguments: [
        (
            "lpr/data/edge/gate-1", #"{"edge_device_id":"gate-2","license_plate":"1กก 1234"}"#,
            "gate-1 rejected: edge_device_id must be gate-1, as the topic belongs to device gate-1: it is gate-2"
        ),
        (
            "lpr/data/edge/gate-1", #"{"camera_id":"gate-2","plates":[{"plate_number":"1กก 1234"}]}"#,
            "gate-1 rejected: edge_device_id must be gate-1, as the topic belongs to device gate-1: it is gate-2"
        ),
        ("lpr/data/edge/gate-1", "", "gate-1 rejected: the message is empty"),
        (
            "lpr/data/edge/gate-1", "[1,2]",
            "gate-1 rejected: the event must be a JSON object, not an array"
        ),
        (
            "lpr/data/edge/a b", "{}",
            "nobody rejected: the topic names no device: \"a b\" must be 1 to 50 characters of A-Z a-z 0-9 . _ -, not "
                + "beginning with a dot"
        ),
        ("lpr/data/elsewhere", "{}", "nobody rejected: the topic belongs to nothing that is read here"),
        (
            "cameras/7/reads", #"{"license_plate":"1กก 1234"}"#,
            "nobody rejected: edge_device_id is missing; name the camera that read the plate"
        ),
    ])
    func whatIsNotTakenIsExplained(_ topic: String, _ payload: String, _ expected: String) {
        #expect(Self.words(Self.route(topic, payload)) == expected)
    }

    @Test func whatIsNoJSONIsExplained() {
        let words = Self.words(Self.route("lpr/data/edge/gate-1", "\u{1}\u{2}garbage"))
        #expect(words.hasPrefix("gate-1 rejected: the message is not valid JSON: "))
    }

    @Test func whatIsTooLargeIsRefusedUnread() {
        let words = Self.words(Self.route("lpr/data/edge/gate-1", String(repeating: "x", count: 4_097)))
        #expect(
            words == "gate-1 rejected: the message is larger than 4096 bytes (mqtt.max_payload): it has 4097")
    }

    @Test func extraTopicsNameTheDeviceWhereTheySay() {
        let body = #"{"plates":[{"plate_number":"1กก 1234"}]}"#
        #expect(Self.words(Self.route("aicamera/edge/gate-9/detection", body)) == "gate-9 frame 1กก 1234")
        let named = #"{"edge_device_id":"gate-7","license_plate":"1กก 1234"}"#
        #expect(Self.words(Self.route("cameras/x/reads", named)) == "gate-7 event 1กก 1234")
    }

    @Test(arguments: [
        ("online", "gate-1 health"), ("\"online\"", "gate-1 health"), ("offline", "gate-1 health of the past"),
        (#"{"status":"Offline"}"#, "gate-1 health of the past"), (#"{"cpu_usage":12}"#, "gate-1 health"),
        ("", "ignored"), (#"{"type":"lpr-appliance","status":"online"}"#, "ignored"),
        ("[\"online\"]", "gate-1 rejected: the message must be a JSON object, not an array"),
    ])
    func aStatus(_ payload: String, _ expected: String) {
        #expect(Self.words(Self.route("system/status/gate-1", payload)) == expected)
    }

    @Test func aRetainedStatusIsNoSignOfLife() {
        #expect(
            Self.words(Self.route("system/status/gate-1", "online", isRetained: true)) == "gate-1 health of the past")
    }

    @Test func ourOwnStatusIsNotRead() {
        for topic in ["system/status/site-1", "system/status/appliance"] {
            #expect(Self.words(Self.route(topic, #"{"cpu_usage":12}"#)) == "ignored")
        }
    }

    @Test func anAnnouncementIsAnsweredWhereItBelongs() throws {
        let payload = #"{"request_id":"r-1","device_id":"gate-1","path":"2026/a.jpg","size":123,"sha256":null}"#
        guard case .content(let content, let device, let request) = Self.route("file/transfer/request", payload),
            case .announcement(let announcement) = content
        else {
            Issue.record("no announcement")
            return
        }
        #expect(device?.text == "gate-1")
        #expect(
            announcement
                == FileAnnouncement(
                    device: try #require(DeviceID("gate-1")), requestID: "r-1", path: "2026/a.jpg", size: 123,
                    sha256: nil, answerTopic: "file/transfer/status"))
        #expect(request?.answerTopic == "file/transfer/status")
        #expect(
            String(decoding: request?.answer(reason: nil) ?? [], as: UTF8.self)
                == #"{"request_id":"r-1","device_id":"gate-1","path":"2026/a.jpg","status":"accepted","reason":null}"#)
        guard case .content(_, _, let own) = Self.route("file/transfer/request/gate-1", payload) else { return }
        #expect(own?.answerTopic == "file/transfer/status/gate-1")
    }

    @Test(arguments: [
        #"{"device_id":"gate-1","path":"../etc/passwd","size":1}"#, #"{"device_id":"gate-1","path":"/a","size":1}"#,
        #"{"device_id":"gate-1","path":"a//b","size":1}"#, #"{"device_id":"gate-1","path":"a","size":0}"#,
        #"{"device_id":"gate-1","path":"a","size":1,"sha256":"00"}"#, #"{"path":"a","size":1}"#,
        #"{"device_id":"gate-1","path":"a\u0000","size":1}"#, #"{"device_id":"gate-1","path":"a\\b","size":1}"#,
        #"{"device_id":"gate-1","size":1}"#, #"[]"#, #"{"device_id":"..","path":"a","size":1}"#,
    ])
    func anAnnouncementIsChecked(_ payload: String) {
        guard case .content(.unreadable, _, let request) = Self.route("file/transfer/request", payload) else {
            Issue.record("it is taken")
            return
        }
        #expect(request != nil, "it has to be answered")
    }
}
