import MQTTLink
import Testing

struct TopicPatternTests {
    @Test(arguments: [
        "", "a/#/b", "a+/b", "a/b#", "{device_id}/{device_id}", "a/{device}/b", "$SYS/#", "a\n/b", "a\u{85}",
        "a\u{FFFF}", String(repeating: "a", count: 256),
    ])
    func isRefused(_ text: String) {
        #expect(TopicPattern(text) == nil)
    }

    @Test(arguments: [
        ("camera/{device_id}/detections", "camera/gate-1/detections", TopicPattern.Match.yes(device: "gate-1")),
        ("camera/{device_id}/detections", "camera/gate-1", .no),
        ("camera/{device_id}/detections", "camera/gate-1/detections/more", .no),
        ("camera/{device_id}/#", "camera/gate-1", .yes(device: "gate-1")),
        ("camera/{device_id}/#", "camera/gate-1/a/b", .yes(device: "gate-1")),
        ("camera/+/x", "camera/gate-1/x", .yes(device: nil)),
        ("#", "anything/at all", .yes(device: nil)),
        ("camera/{device_id}", "camera/", .yes(device: "")),
        ("กล้อง/+", "กล้อง/หน้า", .yes(device: nil)),
    ])
    func matches(_ pattern: String, _ topic: String, _ match: TopicPattern.Match) throws {
        #expect(try #require(TopicPattern(pattern)).match(topic) == match)
    }

    @Test func theDeviceIsOneLevel() throws {
        #expect(try #require(TopicPattern("a/{device_id}/b")).filter == "a/+/b")
    }
}
