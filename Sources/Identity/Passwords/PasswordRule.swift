/// What a user name and a password have to be.
enum PasswordRule {
    /// Unicode code points, which is how people count what they type (NIST SP 800-63B counts so).
    static let length = 10...128
    /// The most bytes that so many code points can have.
    static let byteLimit = 4 * length.upperBound

    /// - Throws: `IdentityError` `invalidField`.
    static func check(_ password: String, username: String, field: String = "password") throws(IdentityError) {
        guard password.utf8.count <= byteLimit, length.contains(password.unicodeScalars.count) else {
            throw .invalidField(
                field,
                "A password has \(length.lowerBound) to \(length.upperBound) characters; several words are good."
            )
        }
        guard password.lowercased() != username.lowercased() else {
            throw .invalidField(field, "The password must not be the user name.")
        }
    }

    /// - Throws: `IdentityError` `invalidField`.
    static func check(username: String) throws(IdentityError) {
        guard isUsername(username) else {
            throw .invalidField("username", "A user name has 1 to 50 of the characters A-Z a-z 0-9 . _ and -.")
        }
    }

    static func isUsername(_ text: String) -> Bool {
        (1...50).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
