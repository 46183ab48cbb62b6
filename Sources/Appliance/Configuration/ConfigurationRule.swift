/// What must be true of several values together, or of a value and the machine.
struct ConfigurationRule: Sendable {
    /// The keys that the rule is about, never empty.
    let keys: [String]
    /// What is wrong and what would be right, `nil` when the rule is kept.
    let problem: @Sendable (ApplianceConfiguration, ConfigurationHost) -> (wrong: String, right: String)?

    static let all = general + mqtt + upstream

    private static let general = [
        ConfigurationRule(keys: ["tls.certificate", "tls.key"]) { configuration, _ in
            guard (configuration.tls.certificate == nil) != (configuration.tls.key == nil) else { return nil }
            let missing = configuration.tls.key == nil ? "tls.key" : "tls.certificate"
            return ("\(missing) is missing beside it", "set both tls.certificate and tls.key, or none")
        },
        ConfigurationRule(keys: ["site.timezone"]) { configuration, host in
            let name = configuration.site.timezone
            guard !host.knowsTimeZone(name) else { return nil }
            return (
                "this machine knows no time zone \(QuotedText.excerpt(name))",
                "use a name from `timedatectl list-timezones` such as \"Asia/Bangkok\""
            )
        },
        ConfigurationRule(keys: ["files.unclaimed_retention", "files.join_window"]) { configuration, _ in
            let files = configuration.files
            guard files.unclaimedRetention < files.joinWindow else { return nil }
            return (
                "a picture would be deleted while its plate read may still come",
                "set files.unclaimed_retention to at least files.join_window"
            )
        },
        ConfigurationRule(keys: ["files.remembered", "files.join_window"]) { configuration, _ in
            let files = configuration.files
            guard files.remembered < files.joinWindow else { return nil }
            return (
                "a picture would be forgotten while further reads of it may still come",
                "set files.remembered to at least files.join_window"
            )
        },
        ConfigurationRule(keys: ["media.max_picture", "http.max_body"]) { configuration, _ in
            let (picture, body) = (configuration.media.maxPicture, configuration.http.maxBody)
            guard picture > body else { return nil }
            return (
                "a picture of \(picture) does not fit into a request, as http.max_body is \(body)",
                "set media.max_picture to at most http.max_body"
            )
        },
    ]
}
