import Domain

/// Somebody else's client that hears topics, `mosquitto_sub`. It connects again by itself, and its session stays while
/// the broker is away.
final class TopicListener: Sendable {
    struct Message: Sendable {
        let topic: String
        let payload: String
        let isRetained: Bool

        var json: JSONObject { (try? JSONParser.parse(payload))?.objectValue ?? JSONObject() }
    }

    private let process: ChildProcess

    /// Waits until the broker knows what is wanted.
    static func start(_ topics: String..., at broker: Broker, user: String? = nil) async throws -> TopicListener {
        let name = "listener-\(UInt32.random(in: 0...UInt32.max))"
        var arguments = [
            "mosquitto_sub", "-h", "127.0.0.1", "-p", "\(broker.port)", "-i", name, "-c", "-q", "1", "-F", "%j",
        ]
        if let user { arguments += ["-u", user, "-P", broker.setup.passwords?[user] ?? ""] }
        let process = try ChildProcess(arguments + topics.flatMap { ["-t", $0] })
        try await broker.hasNoted(topics, for: name)
        return TopicListener(process)
    }

    private init(_ process: ChildProcess) { self.process = process }

    /// What it has heard so far.
    var messages: [Message] {
        let lines = process.output.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return lines.compactMap { line in
            guard let message = (try? JSONParser.parse(String(line)))?.objectValue,
                let topic = message["topic"]?.stringValue
            else { return nil }
            return Message(
                topic: topic, payload: message["payload"]?.stringValue ?? "",
                // A number, from mosquitto 2.1 on a boolean.
                isRetained: message["retain"]?.integerValue == 1 || message["retain"]?.boolValue == true)
        }
    }

    /// The values of one member of all that was heard on a topic.
    func values(of member: String, on topic: String) -> [String] {
        messages.filter { $0.topic == topic }.compactMap { $0.json[member]?.stringValue }
    }

    /// Waits for the first message that fits.
    @discardableResult
    func first(
        _ what: String, limit: Duration = .seconds(60), where fits: (Message) -> Bool
    ) async throws -> Message {
        do {
            return try await eventually(what, limit: limit) { messages.first(where: fits) }
        } catch {
            throw TestFailure("\(error); heard was \(messages.suffix(20))")
        }
    }
}
