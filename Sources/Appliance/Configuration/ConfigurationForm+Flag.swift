extension ConfigurationForm<Bool> {
    /// Yes or no.
    static var flag: ConfigurationForm {
        ConfigurationForm(
            documentation: "true or false",
            read: { (raw) throws(ConfigurationRefusal) in
                switch raw {
                // What TOML calls a boolean reaches the keys as its word.
                case .other("true"), .text("true"), .string("true"): return true
                case .other("false"), .text("false"), .string("false"): return false
                default: throw ConfigurationRefusal(raw, "is neither true nor false")
                }
            },
            literal: { $0 ? "true" : "false" }
        )
    }
}
