import Domain
import Store
import Testing

@testable import Identity

@Suite struct SetupTests {
    private func setUp(_ site: TestSite, _ code: String, _ name: String = "anna") async throws -> OpenedSession {
        try await site.identity.setUp(
            code: code,
            username: name,
            password: TestSite.password,
            address: "192.0.2.1"
        )
    }

    @Test func codeMakesTheFirstAdminAndLogsIn() async throws {
        let site = try await TestSite()
        #expect(!site.identity.isSetUp)
        let code = try site.identity.makeSetupCode().reveal()
        let session = try await setUp(site, code)
        #expect(session.principal.role == .admin)
        #expect(try await site.identity.authenticate(cookie: session.cookie.reveal()).displayName == "anna")
        #expect(site.identity.isSetUp)
        #expect(await IdentityTests.code { try await setUp(site, code, "eve") } == .alreadySetUp)
        #expect(await IdentityTests.code { try site.identity.makeSetupCode() } == .alreadySetUp)
        #expect(try await site.audit().first?.action == "user.create")
    }

    @Test func codeIsFourGroupsOfFourAndForgivesHowItIsTyped() async throws {
        let site = try await TestSite()
        let code = try site.identity.makeSetupCode().reveal()
        #expect(code.split(separator: "-").map(\.count) == [4, 4, 4, 4])
        let typed =
            " " + code.lowercased().replacing("-", with: " ").replacing("0", with: "o").replacing("1", with: "l")
        _ = try await setUp(site, typed)
    }

    @Test func codeEndsAfterHalfAnHourAndCanBeRenewed() async throws {
        let site = try await TestSite()
        let old = try site.identity.makeSetupCode().reveal()
        site.time.advance(SetupCode.lifetime)
        #expect(await code { try await setUp(site, old) } == .setupCodeSpent)
        let new = try site.identity.makeSetupCode().reveal()
        #expect(await code { try await setUp(site, old) } == .setupCodeWrong)
        _ = try await setUp(site, new)
    }

    @Test func tenWrongOnesSpendTheCode() async throws {
        let site = try await TestSite()
        let right = try site.identity.makeSetupCode().reveal()
        for attempt in 1...10 {
            let expected: IdentityError.Code = attempt < 10 ? .setupCodeWrong : .setupCodeSpent
            #expect(await code { try await setUp(site, "0000-0000-0000-0000") } == expected, "attempt \(attempt)")
        }
        #expect(await code { try await setUp(site, right) } == .setupCodeSpent)
        #expect(site.hashCount == 0)
        _ = try await setUp(site, try site.identity.makeSetupCode().reveal())
    }

    @Test func weakPasswordDoesNotSpendTheCode() async throws {
        let site = try await TestSite()
        let right = try site.identity.makeSetupCode().reveal()
        let refused = await code {
            try await site.identity.setUp(code: right, username: "anna", password: "short", address: "::1")
        }
        #expect(refused == .invalidField)
        _ = try await setUp(site, right)
    }

    @Test func withoutACodeNothingIsSetUp() async throws {
        let site = try await TestSite()
        #expect(await code { try await setUp(site, "") } == .setupCodeSpent)
    }

    @Test func ofFiftyAtOnceExactlyOneBecomesAdmin() async throws {
        let site = try await TestSite()
        let right = try site.identity.makeSetupCode().reveal()
        let winners = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<50 {
                group.addTask { (try? await self.setUp(site, right, "user\(index)")) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(winners == 1)
        #expect(try await site.identity.listUsers().map(\.role) == [.admin])
    }
}
