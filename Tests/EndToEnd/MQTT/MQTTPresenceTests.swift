import Domain
import Testing

/// Birth, last will, and how the box is, as whoever watches the broker hears it.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct MQTTPresenceTests {
    private static let topic = "system/status/" + Appliance.box

    @Test func onlineAndOffline() async throws {
        let broker = try await Broker.start()
        let appliance = try await Appliance.start(with: broker)
        let first = try await TopicListener.start("system/status/#", at: broker)
        try await first.first("birth") { $0.topic == Self.topic && $0.json["status"] == "online" }
        // Who comes later hears it too.
        let watcher = try await TopicListener.start("system/status/#", at: broker)
        let birth = try await watcher.first("birth") { $0.topic == Self.topic && $0.json["status"] == "online" }
        #expect(birth.isRetained)
        #expect(birth.json["type"] == "lpr-appliance")
        #expect(birth.json["appliance_id"]?.stringValue == Appliance.box)
        #expect(birth.json["version"]?.stringValue?.isEmpty == false)
        #expect(birth.json["time"]?.stringValue?.hasSuffix("Z") == true)

        #expect(await appliance.binary.stop() == .exited(0))
        try await expectStates(watcher, ["online", "offline"])
        try await appliance.startAgain()
        try await expectStates(watcher, ["online", "offline", "online"])
        await appliance.binary.kill()
        try await expectStates(watcher, ["online", "offline", "online", "offline"])
        try await appliance.startAgain()
        try await expectStates(watcher, ["online", "offline", "online", "offline", "online"])
        let late = try await TopicListener.start("system/status/#", at: broker)
        try await late.first("retained birth") {
            $0.topic == Self.topic && $0.isRetained && $0.json["status"] == "online"
        }

        let status = try await watcher.first("status of the box", limit: .seconds(120)) {
            $0.topic == "system/status/appliance"
        }
        #expect(!status.isRetained)
        #expect(status.json["type"] == "lpr-appliance")
        #expect(status.json["appliance_id"]?.stringValue == Appliance.box)
        for member in ["time", "uptime_seconds", "status", "memory", "disk", "database", "connections"] {
            #expect(status.json[member] != nil, "\(member) of \(status.payload)")
        }
        // It hears its own messages, and makes no device of itself.
        let devices = try await appliance.ask(.get("/api/devices", key: appliance.adminKey))["devices"]?.arrayValue
        #expect(devices?.compactMap { $0.objectValue?["device_id"]?.stringValue } == ["gate-1"])
    }

    private func expectStates(_ watcher: TopicListener, _ states: [String]) async throws {
        do {
            try await eventually("sequence \(states)") {
                watcher.values(of: "status", on: Self.topic) == states ? true : nil
            }
        } catch {
            throw TestFailure("\(error); heard was \(watcher.messages)")
        }
    }
}
