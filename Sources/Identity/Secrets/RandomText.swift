/// Random text from the system's generator.
enum RandomText {
    /// Digits and capitals without I, L, O and U (Crockford), 5 bits a character: can be read aloud and typed.
    static let base32 = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    static func base32(_ count: Int) -> String {
        String(decoding: bytes(count).map { base32[Int($0 & 31)] }, as: UTF8.self)
    }

    /// 256 random bits: 43 characters that a cookie and a header can carry.
    static func token() -> String { Base64.urlSafe.encode(bytes(32)) }

    static let tokenLength = 43

    /// Whether the text has the form of a token, so that nothing else reaches the database.
    static func isToken(_ text: some StringProtocol) -> Bool {
        text.utf8.count == tokenLength && Base64.urlSafe.decode(text) != nil
    }
}
