import MQTTLink

extension ConfigurationForm<BrokerAddress> {
    static var brokerAddress: ConfigurationForm {
        .string(
            "a broker such as \"mqtt://127.0.0.1\" or, encrypted, \"mqtts://broker.example.com:8883\"",
            reason: "is no address of a broker",
            parse: { BrokerAddress($0) },
            text: \.description
        )
    }
}

extension ConfigurationForm<TopicPattern> {
    static var topicPattern: ConfigurationForm {
        .string(
            "an MQTT topic filter such as \"cameras/{device_id}/reads\" of at most 255 bytes",
            reason: "is no topic filter",
            parse: { TopicPattern($0) },
            text: \.description
        )
    }
}

extension ConfigurationForm<String?> {
    /// The name of a session at a broker; the empty string is none.
    static var optionalClientID: ConfigurationForm {
        .optionalString(
            "1 to 64 of the characters A-Z, a-z, 0-9, dot, underscore and hyphen, or \"\" for none",
            reason: "is no client id",
            isRight: { $0.utf8.count <= 64 && $0.unicodeScalars.allSatisfy(ConfigurationText.isIdentifierScalar) }
        )
    }

    /// A user name at a broker; the empty string is none.
    static var optionalUserName: ConfigurationForm {
        .optionalString(
            "at most 255 bytes of text in one line, or \"\" for none",
            reason: "is no user name",
            isRight: { $0.utf8.count <= 255 && QuotedText.escapingControls($0) == $0 }
        )
    }

    private static func optionalString(
        _ documentation: String,
        reason: String,
        isRight: @escaping @Sendable (String) -> Bool
    ) -> ConfigurationForm {
        ConfigurationForm(
            documentation: documentation,
            read: { (raw) throws(ConfigurationRefusal) in
                guard let text = raw.characters else { throw ConfigurationRefusal(raw, "is not a string") }
                guard isRight(text) else { throw ConfigurationRefusal(raw, reason) }
                return text.isEmpty ? nil : text
            },
            literal: { QuotedText.literal($0 ?? "") }
        )
    }
}
