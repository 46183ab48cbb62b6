import Domain
import Testing

/// The access rules of packaging/mosquitto: everybody may do what they have to, and nothing else.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct BrokerRightsTests {
    @Test func everybodySpeaksForThemselves() async throws {
        let place = try await PackagedBroker.start()
        let appliance = try await Appliance.start(settings: place.settings)
        // No topic of the appliance is refused: that would be degraded.
        try await appliance.connected()
        let monitor = try await TopicListener.start(
            "lpr/data/processed", "lpr/data/error", "system/status/+", at: place.broker, user: "monitor")
        let camera = try await TopicListener.start(
            "#", "lpr/data/processed", "lpr/data/error", "lpr/data/edge/+", "system/control/gate-1",
            "system/control/gate-2", "file/transfer/status/+", at: place.broker, user: "gate-1")

        try await place.publish("lpr/data/edge/gate-1", Self.event("one"), as: "gate-1")
        try await appliance.stored("one")
        try await monitor.first("processed event") { $0.json["event_id"] == "one" }
        try await monitor.first("birth") { $0.topic == "system/status/\(Appliance.box)" }

        // The broker of MQTT 5 says so; to a client of 3.1.1 it does not, and drops the message all the same.
        for topic in [
            "lpr/data/edge/gate-2", "lpr/data/processed", "system/status/gate-2", "system/control/gate-1",
            "system/status/\(Appliance.box)", "file/transfer/request/gate-2", "file/transfer/request", "other",
        ] {
            await #expect(throws: TestFailure.self, "\(topic)") {
                try await place.publish(topic, Self.event("for-\(topic.count)"), as: "gate-1")
            }
            try await place.publish(topic, Self.event("old-\(topic.count)"), as: "gate-1", version: "mqttv311")
        }
        await #expect(throws: TestFailure.self) {
            try await place.publish("lpr/data/edge/gate-1", Self.event("two"), as: "monitor")
        }
        try await place.publish("lpr/data/edge/gate-2", Self.event("last"), as: "gate-2")
        try await appliance.stored("last")
        #expect(try await appliance.storedEvents() == 2)
        #expect(try await appliance.ask(.get("/api/rejected", key: appliance.adminKey))["rejected"] == [])

        // The answer to its own request is the only thing that a camera hears.
        let request = "{\"request_id\": \"r-1\", \"path\": \"a.jpg\", \"size\": 1}"
        try await place.publish("file/transfer/request/gate-1", request, as: "gate-1")
        try await camera.first("answer") { $0.topic == "file/transfer/status/gate-1" }
        #expect(Set(camera.messages.map(\.topic)) == ["file/transfer/status/gate-1"])
        #expect(await appliance.binary.stop() == .exited(0))
    }

    private static func event(_ id: String) -> String { "{\"event_id\": \"\(id)\", \"license_plate\": \"1กก 1234\"}" }
}

extension PackagedBroker {
    func publish(_ topic: String, _ payload: String, as user: String, version: String = "mqttv5") async throws {
        try await broker.publish(
            topic, payload, ["-V", version, "-u", user, "-P", Self.passwords[user] ?? ""])
    }
}
