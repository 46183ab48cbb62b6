extension ConfigurationForm<String?> {
    /// The address of a PostgreSQL database; the empty string is none.
    static var optionalDatabaseURL: ConfigurationForm {
        ConfigurationForm(
            documentation: "an address such as \"postgresql://lpr_gate_1@db.example.com/lpr?sslmode=verify-full\", "
                + "or \"\" for none",
            read: { (raw) throws(ConfigurationRefusal) in
                guard let text = raw.characters else { throw ConfigurationRefusal(raw, "is not a string") }
                guard text.isEmpty || UpstreamAddress.isRight(text) else {
                    throw ConfigurationRefusal(raw, "is no address of a PostgreSQL database")
                }
                return text.isEmpty ? nil : text
            },
            literal: { QuotedText.literal($0 ?? "") }
        )
    }
}

extension ConfigurationForm<WebOrigin?> {
    /// An origin; the empty string is none.
    static var optionalWebOrigin: ConfigurationForm {
        let origin = ConfigurationForm<WebOrigin>.webOrigin
        return ConfigurationForm(
            documentation: origin.documentation + ", or \"\" for none",
            read: { (raw) throws(ConfigurationRefusal) in
                if raw.characters?.isEmpty == true { return nil }
                return try origin.read(raw)
            },
            literal: { $0.map(origin.literal) ?? QuotedText.literal("") }
        )
    }
}
