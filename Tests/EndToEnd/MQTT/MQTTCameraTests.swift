import Domain
import Testing

/// What cameras send by MQTT; docs/communication.md is the contract.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct MQTTCameraTests {
    /// What is sent, and the version of MQTT in which paho sends it.
    static let topics = [("native", "5"), ("native", "3.1.1"), ("field", "5"), ("devices", "3.1.1"), ("files", "5")]

    @Test(arguments: topics) func camera(topic: String, version: String) async throws {
        try await run("mqtt_camera", ["topic": topic, "version": version])
    }

    @Test func topicsOfTheSite() async throws {
        let topics = ["aicamera/edge/{device_id}/detection", "camera/{device_id}/detections", "cameras/+/reads"]
        try await run(
            "mqtt_camera", ["topic": "extra"], settings: ["mqtt.extra_topics": topics.joined(separator: ",")])
    }

    /// Each is kept, told, acknowledged, and stops nothing.
    @Test(arguments: ["5", "3.1.1"]) func rejections(version: String) async throws {
        let seen = try await run("mqtt_rejects", ["version": version]) { appliance, _ in
            [
                (
                    "restart",
                    {
                        #expect(await appliance.binary.stop() == .exited(0))
                        try await appliance.startAgain()
                        try await appliance.connected()
                        return appliance.binary.address
                    }
                )
            ]
        }
        #expect(seen["cases"]?.integerValue ?? 0 > 10)
    }

    /// The same message more than once; with each new session the broker gives again what it retains.
    @Test(arguments: ["5", "3.1.1"]) func repetitions(version: String) async throws {
        try await run("mqtt_twice", ["version": version]) { appliance, broker in
            (1...3).map { number in
                (
                    "new session \(number)",
                    {
                        #expect(await appliance.binary.stop() == .exited(0))
                        try await appliance.startAgain(["mqtt.client_id": "another-\(number)"])
                        try await appliance.connected()
                        try await broker.hasNoted(for: "another-\(number)")
                        return appliance.binary.address
                    }
                )
            }
        }
    }

    @discardableResult
    private func run(
        _ program: String, _ options: [String: String], settings: [String: String] = [:],
        steps: (Appliance, Broker) -> [(name: String, action: @Sendable () async throws -> String)] = { _, _ in [] }
    ) async throws -> JSONObject {
        let broker = try await Broker.start()
        let appliance = try await Appliance.start(with: broker, settings: settings)
        let all = [
            "broker": broker.place, "address": appliance.binary.address, "key": appliance.adminKey,
        ].merging(options) { $1 }
        let seen = try await PythonProgram.run(program, all, steps: steps(appliance, broker))
        #expect(try await appliance.isAlive())
        #expect(await appliance.binary.stop() == .exited(0))
        await broker.stop()
        return seen
    }
}
