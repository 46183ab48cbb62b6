/// The text of an API key: `lpr_ID_SECRET`, with an ID of 10 and a secret of 32 characters of Crockford's base 32.
///
/// The ID is public and names the row; the secret has 160 random bits.
struct APIKeyText: Sendable {
    static let prefix = "lpr_"
    static let idLength = 10
    static let secretLength = 32
    private static let length = prefix.utf8.count + idLength + 1 + secretLength

    let id: String
    let digest: SecretDigest

    /// - Returns: nil for everything that does not have the form, before anything is computed.
    init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count == Self.length, text.hasPrefix(Self.prefix) else { return nil }
        let idStart = bytes.index(bytes.startIndex, offsetBy: Self.prefix.utf8.count)
        let idEnd = bytes.index(idStart, offsetBy: Self.idLength)
        guard bytes[idEnd] == UInt8(ascii: "_") else { return nil }
        let secret = bytes.index(after: idEnd)
        guard bytes[idStart..<idEnd].allSatisfy(Self.isPlain), bytes[secret...].allSatisfy(Self.isPlain) else {
            return nil
        }
        id = String(text[idStart..<idEnd])
        digest = SecretDigest(of: text[secret...])
    }

    /// A new random key: its public and stored parts, and the text to be shown once.
    static func make() -> (id: String, digest: SecretDigest, text: SecretText) {
        let id = RandomText.base32(idLength)
        let secret = RandomText.base32(secretLength)
        return (id, SecretDigest(of: secret), SecretText("\(prefix)\(id)_\(secret)"))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
