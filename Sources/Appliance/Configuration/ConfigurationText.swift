/// Rules for words that configuration values are made of.
enum ConfigurationText {
    /// `A-Z a-z 0-9 . _ -`: fit for file names, topics and addresses.
    static func isIdentifierScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", ".", "_", "-": true
        default: false
        }
    }

    /// Whether `text` has the form of an IANA zone name: parts of letters, digits, `_`, `+`, `-`, joined by slashes.
    ///
    /// A dot is in no name of the database, which also keeps `..` out of paths.
    static func isTimeZoneName(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count) else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.unicodeScalars.allSatisfy { ($0 != "." && isIdentifierScalar($0)) || $0 == "+" }
        }
    }
}
