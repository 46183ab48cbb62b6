internal import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The password of a site's role: made here, shown once, and known to the server only as a SCRAM verifier.
public enum SitePassword {
    private static let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789")

    /// 32 letters and digits that are not taken for each other, some 186 random bits.
    public static func random(using generator: inout some RandomNumberGenerator) -> String {
        String((0..<32).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }

    /// What PostgreSQL stores (RFC 5802 and 7677): `SCRAM-SHA-256$ITERATIONS:SALT$STORED:SERVER`.
    /// - Parameters:
    ///   - password: ASCII, so that it needs no preparation (SASLprep).
    ///   - salt: 16 random bytes.
    public static func verifier(_ password: String, salt: [UInt8], iterations: Int = 4_096) -> String {
        let key = SymmetricKey(data: Array(password.utf8))
        var block = Array(HMAC<SHA256>.authenticationCode(for: salt + [0, 0, 0, 1], using: key))
        var salted = block
        for _ in 1..<iterations {
            block = Array(HMAC<SHA256>.authenticationCode(for: block, using: key))
            for place in salted.indices { salted[place] ^= block[place] }
        }
        let saltedKey = SymmetricKey(data: salted)
        func sign(_ text: String) -> [UInt8] {
            Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: saltedKey))
        }
        let stored = Array(SHA256.hash(data: sign("Client Key")))
        func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
        return "SCRAM-SHA-256$\(iterations):\(base64(salt))$\(base64(stored)):\(base64(sign("Server Key")))"
    }

    public static func randomSalt(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
