import Crypto

/// One line of an `authorized_keys` file (sshd(8)), or of a `.pub` file:
///
///     TYPE BASE64 [COMMENT]
///
///     blob   string TYPE · the fields of the type, each a `string` or `mpint` (RFC 4251 section 5: a length in 4 bytes,
///            most significant first, then so many bytes)
///       ssh-ed25519             string key (32)                                            RFC 8709
///       ecdsa-sha2-CURVE        string CURVE · string point (04 · x · y)                   RFC 5656
///       ssh-rsa                 mpint e · mpint n                                          RFC 4253
///       sk-ssh-ed25519@…        string key (32) · string application                       PROTOCOL.u2f
///       sk-ecdsa-sha2-nistp256@…  string CURVE · string point · string application
///
/// Whatever stands before the type (options such as `command="…"`) is refused: it would be a restriction that nobody
/// keeps.
public struct SSHPublicKey: Sendable, Hashable {
    /// UTF-8 bytes of a line; an RSA key of 16,384 bits has some 2,800.
    public static let lineLimit = 8_192
    /// Characters of the comment that are kept.
    public static let commentLimit = 100

    public let type: String
    /// The key in wire format.
    public let blob: [UInt8]
    public let comment: String

    /// `SHA256:` and the digest of the blob in Base64 without padding, as OpenSSH shows it.
    public var fingerprint: String { "SHA256:" + Base64.standard.encode(Array(SHA256.hash(data: blob))) }

    /// Why a line is no key that is accepted, in words for the person who pasted it.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    private enum Form {
        case ed25519(isSecurityKey: Bool)
        case ecdsa(curve: String, coordinate: Int, isSecurityKey: Bool)
        case rsa
    }

    private static let forms: [String: Form] = [
        "ssh-ed25519": .ed25519(isSecurityKey: false),
        "sk-ssh-ed25519@openssh.com": .ed25519(isSecurityKey: true),
        "ecdsa-sha2-nistp256": .ecdsa(curve: "nistp256", coordinate: 32, isSecurityKey: false),
        "ecdsa-sha2-nistp384": .ecdsa(curve: "nistp384", coordinate: 48, isSecurityKey: false),
        "ecdsa-sha2-nistp521": .ecdsa(curve: "nistp521", coordinate: 66, isSecurityKey: false),
        "sk-ecdsa-sha2-nistp256@openssh.com": .ecdsa(curve: "nistp256", coordinate: 32, isSecurityKey: true),
        "ssh-rsa": .rsa,
    ]
    private static let rsaBits = 2_048...16_384

    public init(line: String) throws(Problem) {
        guard line.utf8.count <= Self.lineLimit else {
            throw Problem(description: "has more than \(Self.lineLimit) bytes; paste one public key")
        }
        let line = line.trimmingSpace
        guard !line.isEmpty else { throw Problem(description: "is empty; paste the one line of the .pub file") }
        guard !line.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }) else {
            throw Problem(description: "has more than one line or a control character; paste one public key")
        }
        guard !line.hasPrefix("-----BEGIN") else {
            throw Problem(
                description:
                    "is a key file, perhaps the private key, which must stay on the device; paste the line of the .pub file"
            )
        }
        let parts = line.split(maxSplits: 2, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }
        let type = parts.first.map(String.init) ?? ""
        guard let form = Self.forms[type] else { throw Self.wrongType(type, line) }
        guard parts.count >= 2 else { throw Problem(description: "ends after \(type); the key itself is missing") }
        let padding = parts[1].utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2, let blob = Base64.standard.decode(parts[1].dropLast(padding)) else {
            throw Problem(description: "is not whole: what follows \(type) is no Base64; copy the line again")
        }
        try Self.check(blob, type, form)
        self.type = type
        self.blob = blob
        comment = String(
            String.UnicodeScalarView(
                (parts.count > 2 ? String(parts[2]) : "").trimmingSpace.unicodeScalars
                    .filter { $0.properties.generalCategory != .format }.prefix(Self.commentLimit)))
    }

    private static func wrongType(_ type: String, _ line: String) -> Problem {
        if type == "ssh-dss" {
            return Problem(description: "is a DSA key, which is too weak; use ssh-keygen -t ed25519")
        }
        if forms.keys.contains(where: { line.contains(" " + $0 + " ") || line.contains("\t" + $0 + " ") }) {
            return Problem(
                description: "has options before the key, which are not supported; paste it from the key's type on")
        }
        return Problem(
            description:
                "is no SSH public key: it must begin with ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa or the like")
    }

    private static func check(_ blob: [UInt8], _ type: String, _ form: Form) throws(Problem) {
        var fields = WireFields(blob[...])
        guard let named = fields.next(), Array(named) == Array(type.utf8) else {
            throw Problem(description: "is damaged: the key inside is not a \(type) key; copy the line again")
        }
        var isSound: Bool
        var isSecurityKey = false
        switch form {
        case .ed25519(let isSecurity):
            isSound = fields.next()?.count == 32
            isSecurityKey = isSecurity
        case .ecdsa(let curve, let coordinate, let isSecurity):
            isSound = fields.next().map(Array.init) == Array(curve.utf8)
            let point = fields.next()
            isSound = isSound && point?.count == 2 * coordinate + 1 && point?.first == 4
            isSecurityKey = isSecurity
        case .rsa:
            let (exponent, modulus) = (fields.next(), fields.next())
            guard let bits = modulus.flatMap(Self.bits), let exponentBits = exponent.flatMap(Self.bits) else {
                throw damaged(type)
            }
            isSound = (2...64).contains(exponentBits) && (exponent?.last ?? 0) & 1 == 1
            guard rsaBits.contains(bits) else {
                throw Problem(
                    description:
                        "is an RSA key of \(bits) bits; \(rsaBits.lowerBound) to \(rsaBits.upperBound) are accepted")
            }
        }
        if isSecurityKey { isSound = isSound && (1...256).contains(fields.next()?.count ?? 0) }
        guard isSound, fields.isAtEnd else { throw damaged(type) }
    }

    private static func damaged(_ type: String) -> Problem {
        Problem(description: "is damaged: it is no whole \(type) key; copy the line again")
    }

    /// Significant bits of a positive `mpint`; nil for a negative one, or one with more zeros in front than needed.
    private static func bits(_ number: ArraySlice<UInt8>) -> Int? {
        guard let first = number.first, first < 0x80 else { return nil }
        guard first == 0 else { return number.count * 8 - first.leadingZeroBitCount }
        guard let second = number.dropFirst().first, second >= 0x80 else { return nil }
        return (number.count - 1) * 8
    }
}

/// `string` fields one after the other.
private struct WireFields {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    /// Nil when the bytes end before the field does.
    mutating func next() -> ArraySlice<UInt8>? {
        guard rest.count >= 4 else { return nil }
        let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard length <= rest.count - 4 else { return nil }
        let field = rest.dropFirst(4).prefix(length)
        rest = rest.dropFirst(4 + length)
        return field
    }
}

extension StringProtocol {
    fileprivate var trimmingSpace: String {
        func isSpace(_ character: Character) -> Bool { character == " " || character.isNewline || character == "\t" }
        var text = self[...]
        while let first = text.first, isSpace(first) { text = text.dropFirst() }
        while let last = text.last, isSpace(last) { text = text.dropLast() }
        return String(text)
    }
}
