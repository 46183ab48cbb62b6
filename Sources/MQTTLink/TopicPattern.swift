/// An MQTT topic filter in which at most one level, `{device_id}`, names the device: `camera/{device_id}/detections`.
public struct TopicPattern: Sendable, Hashable, CustomStringConvertible {
    /// As it was written.
    public let description: String
    /// What is subscribed to: with `+` for the device.
    public let filter: String
    let levels: [Substring]

    /// The most bytes of a filter that are accepted; MQTT allows 65,535.
    static let limit = 255

    /// Nil when it is no filter: `+` and `#` stand alone in their level, `#` only in the last one, and no level but
    /// the device's holds braces.
    public init?(_ text: String) {
        // Brokers may close the connection on control characters and on code points that are no characters.
        guard (1...Self.limit).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: {
                $0.properties.generalCategory == .control || $0.properties.isNoncharacterCodePoint
            })
        else { return nil }
        let levels = text.split(separator: "/", omittingEmptySubsequences: false)
        for (index, level) in levels.enumerated() where level != "+" && level != Self.device {
            if level == "#" {
                guard index == levels.count - 1 else { return nil }
            } else if level.contains(where: { "+#{}".contains($0) }) {
                return nil
            }
        }
        guard levels.count(where: { $0 == Self.device }) <= 1 else { return nil }
        // `$SYS` and `$share` are the broker's own.
        guard !text.hasPrefix("$") else { return nil }
        description = text
        self.levels = levels
        filter = levels.map { $0 == Self.device ? "+" : String($0) }.joined(separator: "/")
    }

    public enum Match: Sendable, Hashable {
        case no
        /// - Parameter device: what stands in the topic for it, if the pattern has a place for it.
        case yes(device: String?)
    }

    public func match(_ topic: String) -> Match {
        let given = topic.split(separator: "/", omittingEmptySubsequences: false)
        var device: String?
        for (index, level) in levels.enumerated() {
            if level == "#" { return .yes(device: device) }
            guard index < given.count else { return .no }
            if level == Self.device {
                device = String(given[index])
            } else if level != "+", level != given[index] {
                return .no
            }
        }
        return given.count == levels.count ? .yes(device: device) : .no
    }

    static let device: Substring = "{device_id}"
}
