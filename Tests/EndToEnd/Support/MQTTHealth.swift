import Domain

/// What `GET /api/health` says about MQTT.
struct MQTTHealth: CustomStringConvertible {
    let state: String
    let problem: String?
    let broker: String?
    let version: String?
    let waiting: Int64
    let dropped: Int64
    let description: String

    init(_ health: Answer) throws {
        guard let part = health["components"]?.objectValue?["mqtt"]?.objectValue,
            let state = part["state"]?.stringValue
        else { throw TestFailure("no MQTT in the health: \(health.status) \(health.text)") }
        self.state = state
        problem = part["last_error"]?.stringValue
        broker = part["broker"]?.stringValue
        version = part["protocol_version"]?.stringValue
        waiting = part["waiting"]?.integerValue ?? 0
        dropped = part["dropped"]?.integerValue ?? 0
        description = JSONValue.object(part).text
    }

    var isConnected: Bool { state == "ok" }
}

extension Appliance {
    /// What an appliance of these tests is called, as a site and at its broker.
    static let box = "box-1"

    static func mqtt(_ brokers: [Broker], _ settings: [String: String] = [:]) -> [String: String] {
        [
            "mqtt.brokers": brokers.map(\.address).joined(separator: ","), "mqtt.client_id": box, "site.id": box,
            "site.timezone": "Asia/Bangkok",
        ].merging(settings) { $1 }
    }

    /// Starts one that speaks with brokers and waits until it does, and until the first one knows what it wants to hear.
    static func start(with brokers: Broker..., settings: [String: String] = [:]) async throws -> Appliance {
        let appliance = try await start(settings: mqtt(brokers, settings))
        try await appliance.connected()
        try await brokers.first?.hasNoted(for: settings["mqtt.client_id"] ?? box)
        return appliance
    }

    func health() async throws -> MQTTHealth { try MQTTHealth(try await ask(.get("/api/health", key: adminKey))) }

    /// Waits until it is connected, and all is well.
    @discardableResult
    func connected(limit: Duration = .seconds(60)) async throws -> MQTTHealth {
        try await health("connection", limit: limit) { $0.isConnected }
    }

    /// Waits until the health is as wanted.
    @discardableResult
    func health(
        _ what: String, limit: Duration = .seconds(60), where fits: (MQTTHealth) -> Bool
    ) async throws -> MQTTHealth {
        var last: MQTTHealth?
        do {
            return try await eventually(what, limit: limit, every: .milliseconds(100)) {
                let health = try await health()
                last = health
                return fits(health) ? health : nil
            }
        } catch {
            let words = binary.process.errors.text.suffix(3_000)
            throw TestFailure("\(error); the health is \(last?.description ?? "unknown")\n\(words)")
        }
    }

    /// How many events are stored.
    func storedEvents() async throws -> Int64 {
        let answer = try await ask(.get("/api/statistics?bucket=day&from=2024-01-01T00:00:00Z", key: adminKey))
        guard let count = answer["total"]?.objectValue?["events"]?.integerValue else {
            throw TestFailure("\(answer.status) \(answer.text)")
        }
        return count
    }

    /// Waits for an event.
    @discardableResult
    func stored(_ id: String, limit: Duration = .seconds(60)) async throws -> JSONObject {
        try await eventually("event \(id)", limit: limit) {
            let answer = try await ask(.get("/api/lpr/events/\(id)", key: adminKey))
            return answer.status == 200 ? answer.json : nil
        }
    }
}
