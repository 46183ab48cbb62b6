extension Broker {
    /// Publishes an event with `mosquitto_pub` and waits until it is stored.
    func publishAndExpect(_ id: String, _ appliance: Appliance) async throws {
        try await publish("lpr/data/edge/gate-1", "{\"event_id\": \"\(id)\", \"license_plate\": \"1กก 1234\"}")
        try await appliance.stored(id)
    }

    func publish(_ topic: String, _ payload: String, _ options: [String] = []) async throws {
        let result = try await Program.run(
            ["mosquitto_pub", "-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", topic, "-m", payload] + options)
        // With MQTT 5 a refusal is a warning to it.
        guard result.ending == .exited(0), !result.errors.contains("failed") else {
            throw TestFailure("mosquitto_pub: \(result.errors)")
        }
    }
}
