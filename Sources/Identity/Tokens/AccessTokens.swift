import Crypto
import Domain
import JWTKit
import Vault

/// Signs and checks access tokens: JWT by ES256, for a quarter of an hour.
///
/// A token is believed when all of this holds:
/// 1. it is strict base64url in three parts, at most 2 KiB;
/// 2. its header names ES256 and our key, and asks for no extension, whatever the signature says;
/// 3. its signature is that of our key;
/// 4. issuer and audience are this appliance and this interface;
/// 5. it has not ended, and does not end later than one made now would.
///
/// Whether its subject still may do anything is asked elsewhere.
struct AccessTokens: Sendable {
    static let lifetime: Duration = .seconds(15 * 60)
    static let audience = "lpr-appliance-api"
    /// The file below `keys/`.
    static let keyName = "access-token-es256.pem"
    static let lengthLimit = 2_048
    /// How far a clock may have been set back before a token seems to come from the future.
    private static let leeway: Int64 = 60

    struct Claims: JWTPayload, Equatable {
        var iss: String
        var aud: String
        /// `user:NAME` or `key:ID`.
        var sub: String
        /// Seconds since 1970.
        var iat: Int64
        var exp: Int64
        /// The user's token generation; 0 for keys.
        var gen: Int64

        /// Everything that needs a clock is checked by `AccessTokens.verify`.
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    private let keys: JWTKeyCollection
    private let issuer: String
    let keyID: String

    /// Loads the key, or makes it the first time.
    init(directory: KeyDirectory, siteID: String) async throws {
        let pem = try directory.loadOrCreate(Self.keyName) { Array(ES256PrivateKey().pemRepresentation.utf8) }
        try await self.init(pem: String(decoding: pem, as: UTF8.self), siteID: siteID)
    }

    init(pem: String, siteID: String) async throws {
        let key = try ES256PrivateKey(pem: pem)
        let digest = SecretDigest(of: key.publicKey.pemRepresentation)
        keyID = String(Base64.urlSafe.encode(digest.bytes).prefix(16))
        issuer = "lpr-appliance:" + siteID
        keys = await JWTKeyCollection().add(ecdsa: key, kid: JWKIdentifier(string: keyID))
    }

    func sign(subject: String, tokenGeneration: Int64, at now: Instant) async throws -> SecretText {
        let seconds = now.wholeSeconds
        let claims = Claims(
            iss: issuer,
            aud: Self.audience,
            sub: subject,
            iat: seconds,
            exp: seconds + Self.lifetime.components.seconds,
            gen: tokenGeneration
        )
        return SecretText(try await keys.sign(claims, kid: JWKIdentifier(string: keyID)))
    }

    /// - Throws: `IdentityError` `invalidCredentials`, `wrongAudience`, `expired`.
    func verify(_ token: String, at now: Instant) async throws(IdentityError) -> Claims {
        try checkForm(token)
        let claims: Claims
        do {
            claims = try await keys.verify(token, as: Claims.self)
        } catch {
            throw .invalidCredentials("the token's signature or claims are not ours")
        }
        guard claims.iss == issuer, claims.aud == Self.audience else { throw .wrongAudience }
        let seconds = now.wholeSeconds
        guard seconds < claims.exp else { throw .expired("access token") }
        guard claims.exp <= seconds + Self.lifetime.components.seconds + Self.leeway else {
            throw .invalidCredentials("the token ends later than any made now")
        }
        return claims
    }

    private func checkForm(_ token: String) throws(IdentityError) {
        guard token.utf8.count <= Self.lengthLimit else { throw .invalidCredentials("the token is too long") }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .invalidCredentials("the token has not three parts") }
        var decoded: [[UInt8]] = []
        for part in parts {
            guard let bytes = Base64.urlSafe.decode(part), !bytes.isEmpty else {
                throw .invalidCredentials("the token is not base64url")
            }
            decoded.append(bytes)
        }
        guard
            let header = try? JSONParser.parse(decoded[0], limits: .init(depth: 4, values: 32)).objectValue,
            header["alg"]?.stringValue == "ES256", header["kid"]?.stringValue == keyID, header["crit"] == nil
        else { throw .invalidCredentials("the token's header is not one of ours") }
    }
}

extension Instant {
    /// Seconds since 1970, rounded down.
    fileprivate var wholeSeconds: Int64 {
        microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
    }
}
