extension ApplianceConfiguration {
    /// The effective configuration as TOML that can be loaded again, each value with a comment where it came from.
    ///
    /// - Parameter hidingSecrets: Whether secret values are shown as `"********"`.
    func describe(hidingSecrets: Bool) -> String {
        describe(hidingSecrets: hidingSecrets, keys: ConfigurationKey.all)
    }

    /// ``describe(hidingSecrets:)`` with the table of keys given.
    func describe(hidingSecrets: Bool, keys: [ConfigurationKey]) -> String {
        var lines = ["# File: " + (file.map(QuotedText.escapingControls) ?? "none")]
        var section: String?
        for key in keys {
            if let new = key.section, new != section {
                lines += ["", "[\(new)]"]
                section = new
            }
            let literal = key.literal(in: self)
            // That a secret is not set is no secret.
            let isHidden = hidingSecrets && key.isSecret && literal != "\"\"" && literal != "[]"
            lines.append("\(key.leaf) = \(isHidden ? "\"********\"" : literal)  # \(source(of: key.name))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
