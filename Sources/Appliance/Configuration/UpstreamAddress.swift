/// What can be seen of a `postgresql://` address without libpq, which takes it apart when it connects.
enum UpstreamAddress {
    private static let schemes = ["postgresql://", "postgres://"]

    /// Whether `text` may be one: the right scheme, one line, at most 4,096 bytes, no blanks.
    static func isRight(_ text: String) -> Bool {
        guard let scheme = schemes.first(where: { text.hasPrefix($0) }) else { return false }
        return text.utf8.count <= 4_096 && text.utf8.count > scheme.utf8.count
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
            && QuotedText.escapingControls(text) == text
    }

    /// Whether a password stands in it, behind the user's name or as a parameter.
    static func hasPassword(_ text: String) -> Bool {
        guard let scheme = schemes.first(where: { text.hasPrefix($0) }) else { return false }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":"),
            authority.index(after: colon) < at
        {
            return true
        }
        let query = rest.drop { $0 != "?" }.dropFirst()
        return query.split(separator: "&").contains { $0.hasPrefix("password=") && $0.utf8.count > 9 }
    }
}
