import Domain
import Store
import Testing

@testable import Identity

@Suite struct SessionTests {
    @Test func logoutCountsAtOnce() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let cookie = try await site.login("anna")
        #expect(try await site.identity.authenticate(cookie: cookie).username == "anna")
        try await site.identity.logout(cookie: cookie)
        #expect(await code { try await site.identity.authenticate(cookie: cookie) } == .invalidCredentials)
        try await site.identity.logout(cookie: cookie)
        try await site.identity.logout(cookie: "nonsense")
    }

    @Test func idleSessionEndsAfterTwelveHours() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let cookie = try await site.login("anna")
        for _ in 0..<3 {
            site.time.advance(.seconds(12 * 3_600 - 1))
            _ = try await site.identity.authenticate(cookie: cookie)
            try await site.identity.upkeep()
        }
        site.time.advance(.seconds(12 * 3_600))
        #expect(await code { try await site.identity.authenticate(cookie: cookie) } == .expired)
        try await site.identity.upkeep()
        site.time.advance(SessionCache.lifetime)
        #expect(await code { try await site.identity.authenticate(cookie: cookie) } == .invalidCredentials)
    }

    @Test func usedSessionEndsAfterThirtyDays() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let cookie = try await site.login("anna")
        for _ in 0..<59 {
            site.time.advance(.seconds(12 * 3_600 - 1))
            _ = try await site.identity.authenticate(cookie: cookie)
            try await site.identity.upkeep()
        }
        site.time.advance(.seconds(11 * 3_600))
        _ = try await site.identity.authenticate(cookie: cookie)
        site.time.advance(.seconds(3_600 + 59))
        #expect(await code { try await site.identity.authenticate(cookie: cookie) } == .expired)
    }

    @Test func useIsWrittenByUpkeepOnly() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let cookie = try await site.login("anna")
        let digest = SecretDigest(of: cookie).bytes
        let began = site.time.now
        site.time.advance(.seconds(30))
        _ = try await site.identity.authenticate(cookie: cookie)
        #expect(try await site.store.read { try SessionRecord.withHash(digest, .cookie, $0) }?.lastUsedAt == began)
        try await site.identity.upkeep()
        let written = try await site.store.read { try SessionRecord.withHash(digest, .cookie, $0) }
        #expect(written?.lastUsedAt == site.time.now)
    }

    @Test func sessionsSurviveARestart() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let cookie = try await site.login("anna")
        let tokens = try await site.identity.issueTokens(
            username: "anna",
            password: TestSite.password,
            address: "::1"
        )
        let next = try await site.restarted()
        #expect(try await next.authenticate(cookie: cookie).username == "anna")
        #expect(try await next.authenticate(bearer: tokens.accessToken.reveal()).username == "anna")
    }

    @Test func theCookieIsStoredAsDigestOnly() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let cookie = try await site.login("anna")
        #expect(RandomText.isToken(cookie))
        let record = try await site.store.read {
            try SessionRecord.withHash(SecretDigest(of: cookie).bytes, .cookie, $0)
        }
        #expect(record?.tokenHash.count == 32)
        #expect(record?.tokenHash != Base64.urlSafe.decode(cookie))
    }

    @Test func theOldestOfFiftyOneSessionsGoes() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        var cookies: [String] = []
        for _ in 0...50 {
            cookies.append(try await site.login("anna"))
            site.time.advance(.seconds(1))
        }
        #expect(await code { try await site.identity.authenticate(cookie: cookies[0]) } == .invalidCredentials)
        _ = try await site.identity.authenticate(cookie: cookies[1])
        _ = try await site.identity.authenticate(cookie: cookies[50])
    }

    @Test func aRefreshTokenIsNoCookie() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let tokens = try await site.identity.issueTokens(
            username: "anna",
            password: TestSite.password,
            address: "::1"
        )
        let cookie = try await site.login("anna")
        #expect(
            await code { try await site.identity.authenticate(cookie: tokens.refreshToken.reveal()) }
                == .invalidCredentials
        )
        #expect(await code { try await site.identity.refresh(cookie) } == .invalidCredentials)
    }

    /// What was read from the database before a removal must not come back after it.
    @Test func lateReadDoesNotReviveARemovedSession() {
        let time = TestTime()
        let cache = SessionCache(clock: time.monotonic)
        let digest = SecretDigest(of: "x")
        let record = SessionRecord(
            tokenHash: digest.bytes,
            holder: .user("anna"),
            kind: .cookie,
            address: nil,
            createdAt: time.now,
            lastUsedAt: time.now,
            expiresAt: time.now + .seconds(60)
        )
        guard case .unknown(let removals) = cache.find(digest) else {
            Issue.record("an empty cache knew a session")
            return
        }
        cache.remove(digest)
        _ = cache.insert(digest, record, username: "anna", removals: removals)
        #expect(cache.count == 0)
    }

    @Test func cacheIsBounded() {
        let time = TestTime()
        let cache = SessionCache(clock: time.monotonic)
        for index in 0..<SessionCache.capacity + 100 {
            let digest = SecretDigest(of: "\(index)")
            let record = SessionRecord(
                tokenHash: digest.bytes,
                holder: .user("anna"),
                kind: .cookie,
                address: nil,
                createdAt: time.now,
                lastUsedAt: time.now,
                expiresAt: time.now + .seconds(60)
            )
            _ = cache.insert(digest, record, username: "anna", removals: 0)
        }
        #expect(cache.count == SessionCache.capacity)
    }
}
