extension ApplianceConfiguration {
    /// The text of `appliance.conf.example`: every key with its meaning, its form, its default and its variable.
    ///
    /// Keys are commented out and show their default; the few that most sites want to set are set.
    static func documentedExample() -> String {
        let defaults = ApplianceConfiguration(host: exampleHost)
        var lines = comment(exampleIntroduction)
        var section: String?
        for key in ConfigurationKey.all {
            if let new = key.section, new != section {
                lines += [""]
                lines += comment(ConfigurationKey.sectionMeanings[new] ?? "")
                lines += ["[\(new)]"]
                section = new
            }
            let literal = key.literal(in: defaults)
            lines += [""]
            lines += comment([key.meaning, key.note].compactMap { $0 }.joined(separator: " "))
            lines += comment("Value: \(key.form).")
            lines += comment("Default: \(key.defaultNote ?? literal)")
            lines += comment("Environment: \(key.environmentName)")
            lines += [key.suggestion.map { "\(key.leaf) = \($0)" } ?? "# \(key.leaf) = \(literal)"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Stands for all machines where a default depends on the machine.
    static let exampleHost = ConfigurationHost(
        standardDataDirectory: "/var/lib/lpr-appliance",
        hostName: "lpr-appliance",
        zoneInformation: nil
    )

    private static let exampleIntroduction = """
        Configuration of the LPR appliance, read from /etc/lpr-appliance/appliance.conf or the file that --config or the \
        variable LPR_CONFIG names. Everything works without this file. To change something, remove the # before \
        its line, change the value, run `lpr-appliance config check`, and restart the appliance. \
        A variable in the environment wins over this file, the command line wins over both; in a variable the \
        elements of a list are separated by commas. \
        Durations are written as "500ms", "90s", "15m", "24h" or "7d". In sizes KB, MB, GB and TB count in steps of \
        1000, KiB, MiB, GiB and TiB in steps of 1024.
        """

    /// Breaks `text` into lines of comment of at most 100 characters.
    private static func comment(_ text: String) -> [String] {
        var lines: [String] = []
        var line = "#"
        for word in text.split(separator: " ") {
            if line.count + 1 + word.count > 100 {
                lines.append(line)
                line = "#"
            }
            line += " \(word)"
        }
        return lines + [line]
    }
}
