extension ConfigurationRule {
    static let upstream = [
        ConfigurationRule(keys: ["upstream.password_file", "upstream.url"]) { configuration, _ in
            let settings = configuration.upstream
            guard settings.passwordFile != nil, let url = settings.url, UpstreamAddress.hasPassword(url),
                // One that lies ready and is not used does no harm.
                !configuration.isCredential("upstream.password_file")
            else { return nil }
            return (
                "a password stands in upstream.url as well, and that one would be used",
                "take the password out of upstream.url, or remove upstream.password_file"
            )
        }
    ]
}
