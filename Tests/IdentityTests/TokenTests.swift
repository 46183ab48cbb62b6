import Crypto
import Domain
import JWTKit
import Store
import Testing
import Vault

@testable import Identity

@Suite struct TokenTests {
    private static let address = "192.0.2.7"

    private func claims(_ site: TestSite, _ change: (inout AccessTokens.Claims) -> Void = { _ in }) async throws
        -> AccessTokens.Claims
    {
        let generation =
            try await site.store.read { try UserRecord.named("anna", $0) }?.tokenGeneration ?? 0
        let seconds = site.time.now.microseconds / 1_000_000
        var claims = AccessTokens.Claims(
            iss: "lpr-appliance:gate",
            aud: "lpr-appliance-api",
            sub: "user:anna",
            iat: seconds,
            exp: seconds + 900,
            gen: generation
        )
        change(&claims)
        return claims
    }

    private func siteKey(_ site: TestSite) throws -> ES256PrivateKey {
        let pem = try site.keys.loadOrCreate(AccessTokens.keyName) {
            Issue.record("the key should be there")
            return []
        }
        return try ES256PrivateKey(pem: String(decoding: pem, as: UTF8.self))
    }

    private func signed(_ claims: AccessTokens.Claims, by site: TestSite, header: JWTHeader = [:]) async throws
        -> String
    {
        let kid = JWKIdentifier(string: site.identity.accessTokens.keyID)
        return try await JWTKeyCollection().add(ecdsa: siteKey(site), kid: kid).sign(claims, kid: kid, header: header)
    }

    @Test func tokenOfAUserIsBelieved() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let token = try await signed(claims(site), by: site)
        #expect(try await site.identity.authenticate(bearer: token).username == "anna")
        let issued = try await site.identity.issueTokens(
            username: "anna",
            password: TestSite.password,
            address: Self.address
        )
        #expect(try await site.identity.authenticate(bearer: issued.accessToken.reveal()).role == .admin)
        #expect(issued.accessLifetime == .seconds(900))
    }

    @Test(
        arguments: [
            (
                "issuer of another site", IdentityError.Code.wrongAudience,
                { @Sendable in $0.iss = "lpr-appliance:other" }
            ),
            ("no issuer", .wrongAudience, { $0.iss = "" }),
            ("audience of another interface", .wrongAudience, { $0.aud = "something-else" }),
            ("ended", .expired, { $0.exp = $0.iat }),
            ("ended long ago", .expired, { $0.exp = Int64.min }),
            ("ends too late", .invalidCredentials, { $0.exp = $0.iat + 86_400 }),
            ("never ends", .invalidCredentials, { $0.exp = Int64.max }),
            ("unknown user", .invalidCredentials, { $0.sub = "user:eve" }),
            ("unknown key", .invalidCredentials, { $0.sub = "key:AAAAAAAAAA" }),
            ("no kind of subject", .invalidCredentials, { $0.sub = "anna" }),
            ("older generation", .invalidCredentials, { $0.gen -= 1 }),
        ] as [(String, IdentityError.Code, @Sendable (inout AccessTokens.Claims) -> Void)]
    )
    func wellSignedButWrong(
        what: String,
        expected: IdentityError.Code,
        change: @Sendable (inout AccessTokens.Claims) -> Void
    ) async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let token = try await signed(claims(site, change), by: site)
        #expect(await code { try await site.identity.authenticate(bearer: token) } == expected, "\(what)")
    }

    @Test func tokenEndsAfterAQuarterOfAnHour() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let token = try await signed(claims(site), by: site)
        site.time.advance(.seconds(899))
        _ = try await site.identity.authenticate(bearer: token)
        site.time.advance(.seconds(1))
        #expect(await code { try await site.identity.authenticate(bearer: token) } == .expired)
    }

    @Test func otherAlgorithmsAndKeysAreRefused() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let keyID = site.identity.accessTokens.keyID
        let kid = JWKIdentifier(string: keyID)
        let good = try await signed(claims(site), by: site).split(separator: ".").map(String.init)
        let publicKey = try siteKey(site).publicKey
        func header(_ json: String) -> String { Base64.urlSafe.encode(Array(json.utf8)) }
        let hostile: [(String, String)] = [
            (
                "HS256 with the public key as its secret",
                try await JWTKeyCollection().add(
                    hmac: HMACKey(from: publicKey.pemRepresentation),
                    digestAlgorithm: .sha256,
                    kid: kid
                ).sign(claims(site), kid: kid)
            ),
            (
                "another P-256 key under our key's name",
                try await JWTKeyCollection().add(ecdsa: ES256PrivateKey(), kid: kid).sign(claims(site), kid: kid)
            ),
            (
                "our key under another name",
                try await JWTKeyCollection().add(ecdsa: siteKey(site), kid: "other").sign(claims(site), kid: "other")
            ),
            (
                "an extension that must be understood",
                try await signed(claims(site), by: site, header: ["crit": ["exp"]])
            ),
            (
                "our signature, but none in the header",
                try await signed(claims(site), by: site, header: ["alg": "none"])
            ),
            ("alg none, no signature", header(#"{"alg":"none","kid":"\#(keyID)"}"#) + "." + good[1] + "."),
            ("alg none, a signature", header(#"{"alg":"none","kid":"\#(keyID)"}"#) + "." + good[1] + "." + good[2]),
            ("alg None", header(#"{"alg":"None","kid":"\#(keyID)"}"#) + "." + good[1] + "." + good[2]),
            ("alg twice", header(#"{"alg":"ES256","alg":"none","kid":"\#(keyID)"}"#) + "." + good[1] + "." + good[2]),
            ("no kid", header(#"{"alg":"ES256"}"#) + "." + good[1] + "." + good[2]),
            ("header of another text", header(#"{"alg":"ES256","kid":"\#(keyID)"}"#) + "." + good[1] + "." + good[2]),
            ("no signature", good[0] + "." + good[1] + "."),
            ("zeros as signature", good[0] + "." + good[1] + "." + String(repeating: "A", count: 86)),
            ("signature cut", good[0] + "." + good[1] + "." + good[2].dropLast(4)),
            ("four parts", good.joined(separator: ".") + ".AAAA"),
            ("two parts", good[0] + "." + good[1]),
            ("white space", good.joined(separator: ".") + " "),
            ("padding", good.joined(separator: ".") + "=="),
            ("header only dots", ".."),
            ("too long", good[0] + "." + String(repeating: "A", count: 3_000) + "." + good[2]),
        ]
        for (what, token) in hostile {
            #expect(
                await code { try await site.identity.authenticate(bearer: token) } == .invalidCredentials,
                "\(what)"
            )
        }
    }

    @Test func everyChangedCharacterIsNoticed() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let token = Array(try await signed(claims(site), by: site).utf8)
        for index in token.indices {
            var changed = token
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: changed, as: UTF8.self)
            #expect(
                await code { try await site.identity.authenticate(bearer: text) } == .invalidCredentials,
                "at \(index)"
            )
        }
    }

    @Test func aTokenOfAnotherSiteIsVoidHere() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let other = try await site.restarted(siteID: "other")
        let token = try await signed(claims(site), by: site)
        #expect(await code { try await other.authenticate(bearer: token) } == .wrongAudience)
    }

    @Test func refreshRotates() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let first = try await site.identity.issueTokens(
            username: "anna",
            password: TestSite.password,
            address: Self.address
        )
        var current = first.refreshToken.reveal()
        for _ in 0..<5 {
            site.time.advance(.seconds(900))
            let next = try await site.identity.refresh(current)
            #expect(next.refreshToken.reveal() != current)
            #expect(try await site.identity.authenticate(bearer: next.accessToken.reveal()).username == "anna")
            current = next.refreshToken.reveal()
        }
        site.time.advance(.seconds(30 * 86_400))
        #expect(await code { try await site.identity.refresh(current) } == .expired)
    }

    @Test func reusedRefreshTokenEndsItsFamilyAndNoOther() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let stolen = try await site.identity.issueTokens(
            username: "anna",
            password: TestSite.password,
            address: Self.address
        ).refreshToken.reveal()
        let other = try await site.identity.issueTokens(
            username: "anna",
            password: TestSite.password,
            address: Self.address
        ).refreshToken.reveal()
        let second = try await site.identity.refresh(stolen).refreshToken.reveal()
        let third = try await site.identity.refresh(second).refreshToken.reveal()
        #expect(await code { try await site.identity.refresh(stolen) } == .tokenReused)
        for token in [third, second, stolen] {
            #expect(await code { try await site.identity.refresh(token) } == .invalidCredentials)
        }
        _ = try await site.identity.refresh(other)
        #expect(try await site.audit().contains { $0.action == "token.reused" })
    }

    @Test func ofTwentyConcurrentRefreshesAtMostOneSucceeds() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let token = try await site.identity.issueTokens(
            username: "anna",
            password: TestSite.password,
            address: Self.address
        ).refreshToken.reveal()
        let successes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { (try? await site.identity.refresh(token)) != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(successes == 1)
    }

    @Test func familyRemembersABoundedNumberOfOldTokens() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        var current = try await site.identity.issueTokens(
            username: "anna",
            password: TestSite.password,
            address: Self.address
        ).refreshToken.reveal()
        let first = current
        for _ in 0..<150 {
            site.time.advance(.seconds(1))
            current = try await site.identity.refresh(current).refreshToken.reveal()
        }
        #expect(await code { try await site.identity.refresh(first) } == .invalidCredentials)
        _ = try await site.identity.refresh(current)
    }

    @Test func tokensOfAnAPIKeyEndWithTheKey() async throws {
        let site = try await TestSite()
        let made = try await site.identity.createAPIKey(APIKeyDraft(name: "export", role: .operator), by: .console)
        let tokens = try await site.identity.issueTokens(apiKey: made.key.reveal(), address: Self.address)
        let principal = try await site.identity.authenticate(bearer: tokens.accessToken.reveal())
        #expect(principal.role == .operator && principal.subject == .apiKey(id: made.summary.id))
        let next = try await site.identity.refresh(tokens.refreshToken.reveal())
        _ = try await site.identity.updateAPIKey(made.summary.id, APIKeyChange(isDisabled: true), by: .console)
        #expect(await code { try await site.identity.authenticate(bearer: next.accessToken.reveal()) } == .disabled)
        #expect(await code { try await site.identity.refresh(next.refreshToken.reveal()) } == .disabled)
        try await site.identity.deleteAPIKey(made.summary.id, by: .console)
        #expect(
            await code { try await site.identity.authenticate(bearer: next.accessToken.reveal()) }
                == .invalidCredentials
        )
        #expect(await code { try await site.identity.refresh(next.refreshToken.reveal()) } == .invalidCredentials)
    }
}
