import Domain
import Gateway

extension ConfigurationForm<String> {
    /// 1 to 50 characters that fit into file names, topics and addresses.
    static var identifier: ConfigurationForm {
        .string(
            "1 to 50 of the characters A-Z, a-z, 0-9, dot, underscore and hyphen, not only dots",
            reason: "is no identifier",
            parse: { text in
                (1...50).contains(text.utf8.count) && text.contains { $0 != "." }
                    && text.unicodeScalars.allSatisfy(ConfigurationText.isIdentifierScalar) ? text : nil
            },
            text: { $0 }
        )
    }

    /// A name for people.
    static var title: ConfigurationForm {
        .string(
            "1 to 100 characters in one line",
            reason: "is no name",
            parse: { text in
                (1...100).contains(text.count) && text.utf8.count <= 1_000 && text.contains { !$0.isWhitespace }
                    && QuotedText.escapingControls(text) == text ? text : nil
            },
            text: { $0 }
        )
    }

    /// A name of the IANA time zone database; whether this machine knows it is checked later.
    static var timeZone: ConfigurationForm {
        .string(
            "a time zone such as \"Asia/Bangkok\" (`timedatectl list-timezones` lists them)",
            reason: "is no time zone",
            parse: { ConfigurationText.isTimeZoneName($0) ? $0 : nil },
            text: { $0 }
        )
    }

    /// A directory, absolute or relative to the directory the program was started in.
    static var directory: ConfigurationForm {
        .string("the path of a directory", reason: "is no path", parse: { isPath($0) ? $0 : nil }, text: { $0 })
    }
}

extension ConfigurationForm<String?> {
    /// An absolute path; the empty string is none.
    static var optionalFile: ConfigurationForm {
        ConfigurationForm(
            documentation: "the path of a file, beginning with \"/\", or \"\" for none",
            read: { (raw) throws(ConfigurationRefusal) in
                guard let text = raw.characters else { throw ConfigurationRefusal(raw, "is not a string") }
                if text.isEmpty { return nil }
                guard text.hasPrefix("/"), isPath(text) else {
                    throw ConfigurationRefusal(raw, "is no absolute path")
                }
                return text
            },
            literal: { QuotedText.literal($0 ?? "") }
        )
    }
}

extension ConfigurationForm<String?> {
    /// A regular expression whose first group is the id of an event; the empty string is none.
    static var eventIDPattern: ConfigurationForm {
        ConfigurationForm(
            documentation: "a regular expression with a group, or \"\" for the file's name without its ending",
            read: { (raw) throws(ConfigurationRefusal) in
                guard let text = raw.characters else { throw ConfigurationRefusal(raw, "is not a string") }
                if text.isEmpty { return nil }
                do throws(EventIDPattern.Problem) {
                    return try EventIDPattern(text).text
                } catch {
                    throw ConfigurationRefusal(raw, error.description)
                }
            },
            literal: { QuotedText.literal($0 ?? "") }
        )
    }
}

extension ConfigurationForm<ListenAddress> {
    static var listenAddress: ConfigurationForm {
        .string(
            "an IP address and a port such as \"0.0.0.0:8080\" or \"[::1]:8080\" (port 0: any free port)",
            reason: "is not an address with a port",
            parse: { ListenAddress($0) },
            text: \.description
        )
    }
}

extension ConfigurationForm<WebOrigin> {
    static var webOrigin: ConfigurationForm {
        .string(
            "an origin such as \"https://lpr.example.com\", without a path",
            reason: "is not an origin",
            parse: { WebOrigin($0) },
            text: \.description
        )
    }
}

extension ConfigurationForm<NetworkRange> {
    /// Any range but the whole Internet.
    static var networkRange: ConfigurationForm {
        ConfigurationForm(
            documentation: "a network such as \"192.168.1.0/24\" or an address, but not every address (/0)",
            read: { (raw) throws(ConfigurationRefusal) in
                guard let text = raw.characters else { throw ConfigurationRefusal(raw, "is not a string") }
                let range: NetworkRange
                do {
                    range = try NetworkRange(text)
                } catch {
                    throw ConfigurationRefusal(raw, "is not a network: \(error)")
                }
                guard range.prefixLength > 0 else { throw ConfigurationRefusal(raw, "would mean everybody") }
                return range
            },
            literal: { QuotedText.literal($0.description) }
        )
    }
}

/// Linux takes paths of up to 4,096 bytes; control characters in one are a mistake of copying.
private func isPath(_ text: String) -> Bool {
    (1...4_095).contains(text.utf8.count) && QuotedText.escapingControls(text) == text
}
