import MQTTLink

extension ConfigurationRule {
    static let mqtt = [
        ConfigurationRule(keys: ["mqtt.certificate", "mqtt.key"]) { configuration, _ in
            guard (configuration.mqtt.certificate == nil) != (configuration.mqtt.key == nil) else { return nil }
            let missing = configuration.mqtt.key == nil ? "mqtt.key" : "mqtt.certificate"
            return ("\(missing) is missing beside it", "set both mqtt.certificate and mqtt.key, or none")
        },
        ConfigurationRule(keys: ["mqtt.password_file", "mqtt.username"]) { configuration, _ in
            guard configuration.mqtt.passwordFile != nil, configuration.mqtt.username == nil,
                // One that lies ready and is not used does no harm.
                !configuration.isCredential("mqtt.password_file")
            else { return nil }
            return ("mqtt.username is missing beside it", "set mqtt.username, or no mqtt.password_file")
        },
        encryption("mqtt.ca_file") { $0.caFile != nil },
        encryption("mqtt.certificate") { $0.certificate != nil },
        ConfigurationRule(keys: ["mqtt.extra_topics"]) { configuration, _ in
            let topics = configuration.mqtt.extraTopics
            for (index, topic) in topics.enumerated() {
                let excerpt = QuotedText.excerpt(topic.description)
                if let own = TopicPattern.published.first(where: topic.overlaps) {
                    return (
                        "\(excerpt) covers \(own), on which the box itself sends: it would hear itself",
                        "use a narrower filter"
                    )
                }
                // A broker delivers a message once for each filter that it fits.
                if let own = TopicPattern.subscribed.first(where: topic.overlaps) {
                    return (
                        "\(excerpt) covers \(own), which the box hears anyway: messages would come twice",
                        "use a narrower filter"
                    )
                }
                if let other = topics[..<index].first(where: topic.overlaps) {
                    return (
                        "\(excerpt) and \(QuotedText.excerpt(other.description)) cover the same topics: messages would "
                            + "come twice",
                        "use filters that have no topic in common"
                    )
                }
            }
            return nil
        },
    ]

    /// What only an encrypted connection uses. Without brokers nothing is used, and nothing is wrong.
    private static func encryption(
        _ name: String,
        isSet: @escaping @Sendable (MQTTConnectionSettings) -> Bool
    ) -> ConfigurationRule {
        ConfigurationRule(keys: [name, "mqtt.brokers"]) { configuration, _ in
            let brokers = configuration.mqtt.brokers
            guard isSet(configuration.mqtt), !brokers.isEmpty, !brokers.contains(where: \.isEncrypted) else {
                return nil
            }
            return ("no broker is encrypted, so it is never used", "write mqtts:// in mqtt.brokers, or remove it")
        }
    }
}
