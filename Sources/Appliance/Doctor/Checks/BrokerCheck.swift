import Domain
import MQTTLink

/// Whether the MQTT brokers answer, and what the running appliance says of its connection.
struct BrokerCheck: DoctorCheck {
    let id = "broker"
    let title = "MQTT broker"

    func run(_ context: DoctorContext) async -> [Finding] {
        let settings = context.configuration.mqtt
        guard !settings.brokers.isEmpty else {
            return [context.unknown("mqtt.brokers") ?? .ok("none is set up (mqtt.brokers)")]
        }
        let outcomes = await withTaskGroup(of: (Int, TCPProbe.Outcome).self) { group in
            for (place, broker) in settings.brokers.enumerated() {
                group.addTask { (place, await TCPProbe.connect(broker.host, Int(broker.port))) }
            }
            return await group.reduce(into: [Int: TCPProbe.Outcome]()) { $0[$1.0] = $1.1 }
        }
        let answering = outcomes.values.contains(.open)
        let brokers = settings.brokers.enumerated().map { place, broker -> Finding in
            let outcome = outcomes[place] ?? .silent
            let text = "\(broker) \(outcome.words)"
            guard outcome != .open else { return .ok(text) }
            let advice =
                "is it on, is its address right (mqtt.brokers), and does a firewall let port \(broker.port) through?"
            // Another one takes its place.
            return answering ? .warning(text, advice) : .failed(text, advice)
        }
        return brokers + connection(context) + (await onThread { secret(context) })
    }

    private func connection(_ context: DoctorContext) -> [Finding] {
        guard let component = context.service.component("mqtt"), let state = component["state"]?.stringValue else {
            return []
        }
        let error = component["last_error"]?.stringValue ?? state
        switch state {
        case "failed": return [.failed("the appliance has no connection: \(error)", Self.advice)]
        case "degraded": return [.warning("the appliance says: \(error)", Self.advice)]
        case "off":
            return [
                .warning("the running appliance has no broker set up", context.restartCommand)
            ]
        default:
            return [.ok("the appliance is connected" + (component["broker"]?.stringValue.map { " to \($0)" } ?? ""))]
        }
    }

    private static let advice = "docs/communication.md says what each error means and what to do"

    /// Reads no secret: only whether the appliance may.
    private func secret(_ context: DoctorContext) -> [Finding] {
        Self.unreadable(context.configuration.mqtt.passwordFile, "mqtt.password_file", context)
    }

    /// - Parameter key: the configuration key that names the file.
    static func unreadable(_ path: String?, _ key: String, _ context: DoctorContext) -> [Finding] {
        guard let path else { return [] }
        switch context.obstacle(toReading: path) {
        case .missing: return [.failed("\(key) \(path) does not exist", "write the password into it, one line")]
        case .forbidden(let at):
            let user = context.account?.name ?? ""
            return [
                .failed(
                    "user \(user) may not read \(key) \(path) (because of \(at))",
                    "sudo chown \(user) \(path) && sudo chmod 600 \(path)")
            ]
        case .allowed, .hidden, nil: return []
        }
    }
}
