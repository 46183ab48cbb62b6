import Domain
import Testing

/// Brokers that are old, broken or hostile.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct StrangeBrokerTests {
    /// Only MQTT 3.1.1 is known there, and MQTT 5 is refused in order or by hanging up.
    @Test(arguments: ["answer", "hangup"]) func oldBroker(manner: String) async throws {
        let broker = try await Broker.start()
        let front = try await PythonServer.start("mqtt_old_front", ["broker": broker.place, "manner": manner])
        let settings = Appliance.mqtt([], ["mqtt.brokers": "mqtt://127.0.0.1:\(front.ready)"])
        let appliance = try await Appliance.start(settings: settings)
        #expect(try await appliance.connected().version == "3.1.1")
        for topic in ["devices", "files"] {
            _ = try await PythonProgram.run(
                "mqtt_camera",
                [
                    "broker": broker.place, "address": appliance.binary.address, "key": appliance.adminKey,
                    "version": "3.1.1", "topic": topic,
                ])
        }
        // The session stays: what comes meanwhile waits there.
        #expect(await appliance.binary.stop() == .exited(0))
        try await broker.publish("lpr/data/edge/gate-1", "{\"event_id\": \"meanwhile\", \"license_plate\": \"1กก 1\"}")
        try await appliance.startAgain()
        try await appliance.stored("meanwhile")
        #expect(try await appliance.connected().version == "3.1.1")
        // Each start asks for MQTT 5 once.
        #expect(try await front.ask("count") == "4 2")
        #expect(await appliance.binary.stop() == .exited(0))
        try await front.finish()
    }

    static let modes = [
        "garbage", "http", "hangup", "long_length", "refusal", "empty_answer", "no_text", "zero", "short_topic",
        "third_quality", "number_zero", "strange_kind", "unknown_kind",
        "property_in_answer", "property_in_message", "property_in_goodbye",
    ]

    /// Whatever comes instead of MQTT: it is said, it is tried again at leisure, and nothing else suffers.
    @Test(arguments: modes) func hostileBroker(mode: String) async throws {
        let (server, appliance) = try await Self.start(mode)
        let health = try await appliance.health("complaint") { $0.state == "failed" }
        #expect(health.problem?.contains("127.0.0.1:\(server.ready)") == true, "\(health)")
        try await Self.expectPatience(server, appliance)
        try await Self.expectUnharmed(server, appliance)
    }

    /// It is neither refused nor let in.
    @Test func brokerThatNeverAnswers() async throws {
        let (server, appliance) = try await Self.start("silence")
        let health = try await appliance.health("complaint", limit: .seconds(120)) { $0.state == "failed" }
        #expect(health.problem?.contains("answer") == true, "\(health)")
        try await Self.expectUnharmed(server, appliance)
    }

    /// What is announced is not taken into memory, and what never ends does not stop anything else.
    @Test(arguments: ["huge", "drip", "wildcard", "second_answer", "unknown_acknowledgement"])
    func brokerThatMayLive(mode: String) async throws {
        let (server, appliance) = try await Self.start(mode)
        try await eventually("connection") { try await server.ask("count") != "0" ? true : nil }
        if mode == "huge" {
            // To take it in is work; what comes after it is patience.
            try await eventually("end of what it sends") { try await server.ask("sent") == "True" ? true : nil }
        }
        try await Self.expectPatience(server, appliance)
        let memory = try ProcessReading(of: appliance.binary.process.pid).peakMemory
        // libmosquitto takes in a message whole, however large, and a hostile broker heeds no limit: 256 MB are the most.
        #expect(memory < (mode == "huge" ? 400 : 150) << 20, "\(memory >> 20) MiB")
        try await Self.expectUnharmed(server, appliance)
    }

    private static func start(_ mode: String) async throws -> (PythonServer, Appliance) {
        let server = try await PythonServer.start("mqtt_hostile", ["mode": mode])
        let settings = Appliance.mqtt([], ["mqtt.brokers": "mqtt://127.0.0.1:\(server.ready)"])
        return (server, try await Appliance.start(settings: settings))
    }

    private static func expectPatience(_ server: PythonServer, _ appliance: Appliance) async throws {
        let pid = appliance.binary.process.pid
        let (before, work) = (try await server.ask("count"), try ProcessReading(of: pid).processorTime)
        var after = ""
        let time = try await ContinuousClock().measure {
            try await Task.sleep(for: .seconds(3))
            after = try await server.ask("count")
        }
        let connections = (Int(after) ?? 0) - (Int(before) ?? 0)
        #expect(Double(connections) <= 2 * (time / .seconds(1)), "\(before) connections became \(after) in \(time)")
        let spent = try ProcessReading(of: pid).processorTime - work
        #expect(spent < time / 5, "\(spent) of work in \(time)")
    }

    private static func expectUnharmed(_ server: PythonServer, _ appliance: Appliance) async throws {
        #expect(try await appliance.isAlive())
        #expect(await appliance.binary.stop() == .exited(0), "\(appliance.binary.process.errors.text.suffix(2_000))")
        try await server.finish()
    }
}
