import Domain
import TestSupport
import Testing

@testable import Identity

@Suite struct HostileInputTests {
    /// Changes a good text a little, or makes one up.
    private static func hostile(_ good: String, _ generator: inout SeededGenerator) -> String {
        var bytes = Array(good.utf8)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0:
            let count = Int.random(in: 0...120, using: &generator)
            bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        case 1: bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
        case 2: bytes.append(contentsOf: bytes.prefix(Int.random(in: 1...bytes.count, using: &generator)))
        case 3:
            let first = Int.random(in: bytes.indices, using: &generator)
            let second = Int.random(in: bytes.indices, using: &generator)
            bytes.swapAt(first, second)
        default:
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func twentyThousandHostileTextsOpenNothing() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let key = try await site.identity.createAPIKey(APIKeyDraft(name: "x", role: .admin), by: .console).key.reveal()
        let cookie = try await site.login("anna")
        let tokens = try await site.identity.issueTokens(username: "anna", password: TestSite.password, address: "::1")
        let bearer = tokens.accessToken.reveal()
        var generator = SeededGenerator(2)
        for round in 0..<20_000 {
            let good = [key, cookie, bearer][round % 3]
            let text = Self.hostile(good, &generator)
            guard text != good else { continue }
            let opened: Bool
            switch round % 3 {
            case 0: opened = (try? site.identity.authenticate(apiKey: text)) != nil
            case 1: opened = (try? await site.identity.authenticate(cookie: text)) != nil
            default: opened = (try? await site.identity.authenticate(bearer: text)) != nil
            }
            #expect(!opened, "round \(round)")
        }
        _ = try site.identity.authenticate(apiKey: key)
        _ = try await site.identity.authenticate(cookie: cookie)
        _ = try await site.identity.authenticate(bearer: bearer)
    }

    @Test(arguments: [
        "", "lpr_", "lpr__", "lpr_0123456789_", "lpr_0123456789_0123456789ABCDEFGHJKMNPQRSTVWXY",
        "lpr_0123456789_0123456789ABCDEFGHJKMNPQRSTVWXYZZ", "LPR_0123456789_0123456789ABCDEFGHJKMNPQRSTVWXYZ",
        "lpr_0123456789-0123456789ABCDEFGHJKMNPQRSTVWXYZ", "lpr_012345678ก_0123456789ABCDEFGHJKMNPQRSTVWX",
        "lpr_0123456789_0123456789abcdefghjkmnpqrstvwxyz", "lpr_01234_6789_0123456789ABCDEFGHJKMNPQRSTVWXYZ",
    ])
    func noKey(_ text: String) {
        #expect(APIKeyText(text) == nil)
    }

    @Test func aKeyComesBackAsItWasMade() {
        let made = APIKeyText.make()
        let read = APIKeyText(made.text.reveal())
        #expect(read?.id == made.id && read?.digest == made.digest)
        #expect(APIKeyText("lpr_0123456789_0123456789ABCDEFGHJKMNPQRSTVWXYZ")?.id == "0123456789")
    }

    @Test func longTextsCostNothing() async throws {
        let site = try await TestSite()
        let long = String(repeating: "A", count: 1 << 20)
        #expect(await code { try site.identity.authenticate(apiKey: "lpr_" + long) } == .invalidCredentials)
        #expect(await code { try await site.identity.authenticate(cookie: long) } == .invalidCredentials)
        #expect(await code { try await site.identity.authenticate(bearer: long) } == .invalidCredentials)
        #expect(await code { try await site.identity.refresh(long) } == .invalidCredentials)
        let login = await code {
            try await site.identity.login(username: long, password: long, address: long)
        }
        #expect(login == .invalidCredentials)
        #expect(site.hashCount == 0)
    }

    @Test(arguments: [
        "' OR 1=1 --", "anna'; DROP TABLE users; --", "<script>alert(1)</script>", "anna\u{0}", "аnna", "..", "%", "_",
    ])
    func noNameOpensAnything(_ name: String) async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        #expect(await code { try await site.login(name) } == .invalidCredentials)
        #expect(try await site.identity.listUsers().count == 1)
    }
}
