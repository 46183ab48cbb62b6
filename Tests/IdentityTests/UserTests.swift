import Domain
import Store
import Testing

@testable import Identity

@Suite struct UserTests {
    @Test func namesDifferByMoreThanCase() async throws {
        let site = try await TestSite()
        try await site.makeUser("Anna")
        let refused = await code {
            try await site.identity.createUser(
                username: "aNNA",
                role: .viewer,
                password: TestSite.password,
                by: .console
            )
        }
        #expect(refused == .alreadyExists)
        let session = try await site.identity.login(username: "ANNA", password: TestSite.password, address: "::1")
        #expect(session.principal.displayName == "Anna")
    }

    @Test(arguments: [Role.device, .metrics])
    func rolesOfKeysAreNotForPeople(_ role: Role) async throws {
        let site = try await TestSite()
        let refused = await code {
            try await site.identity.createUser(username: "cam", role: role, password: TestSite.password, by: .console)
        }
        #expect(refused == .invalidField)
    }

    @Test func lastAdminStays() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        try await site.makeUser("olaf", .operator)
        let identity = site.identity
        for change in [UserChange(role: .viewer), UserChange(isDisabled: true)] {
            #expect(await code { try await identity.updateUser("ANNA", change, by: .console) } == .lastAdmin)
        }
        #expect(await code { try await identity.deleteUser("anna", by: .console) } == .lastAdmin)
        // A second one who is disabled does not help.
        try await site.makeUser("berta")
        _ = try await identity.updateUser("berta", UserChange(isDisabled: true), by: .console)
        #expect(await code { try await identity.deleteUser("anna", by: .console) } == .lastAdmin)
        _ = try await identity.updateUser("berta", UserChange(isDisabled: false), by: .console)
        try await identity.deleteUser("anna", by: .console)
        #expect(try await identity.listUsers().map(\.username) == ["berta", "olaf"])
    }

    @Test(arguments: [Role.operator, .viewer, .device, .metrics])
    func onlyAdminsAdminister(_ role: Role) async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let made = try await site.identity.createAPIKey(APIKeyDraft(name: "x", role: .viewer), by: .console)
        let actor = Principal(subject: .user(name: "olaf"), role: role)
        let identity = site.identity
        let answers = [
            await code { try await identity.updateUser("anna", UserChange(role: .viewer), by: actor) },
            await code { try await identity.deleteUser("anna", by: actor) },
            await code { try await identity.unlock(username: "anna", by: actor) },
            await code { try await identity.createAPIKey(APIKeyDraft(name: "x", role: .admin), by: actor) },
            await code { try await identity.updateAPIKey(made.summary.id, APIKeyChange(name: "y"), by: actor) },
            await code { try await identity.deleteAPIKey(made.summary.id, by: actor) },
            await code {
                try await identity.createUser(username: "eve", role: .admin, password: TestSite.password, by: actor)
            },
        ]
        #expect(answers.allSatisfy { $0 == .notAllowed })
    }

    @Test func nobodyDeletesOrDisablesOneself() async throws {
        let site = try await TestSite()
        let anna = try await site.makeUser("anna")
        try await site.makeUser("berta")
        #expect(await code { try await site.identity.deleteUser("Anna", by: anna) } == .oneself)
        for change in [UserChange(isDisabled: true), UserChange(password: "another good one")] {
            #expect(await code { try await site.identity.updateUser("ANNA", change, by: anna) } == .oneself)
        }
    }

    @Test func whoIsMissingIsNotFound() async throws {
        let site = try await TestSite()
        #expect(await code { try await site.identity.user(named: "nobody") } == .notFound)
        #expect(await code { try await site.identity.deleteUser("nobody", by: .console) } == .notFound)
        #expect(
            await code { try await site.identity.updateUser("nobody", UserChange(role: .viewer), by: .console) }
                == .notFound
        )
    }

    @Test func disablingEndsEverythingAtOnce() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        try await site.makeUser("olaf", .operator)
        let cookie = try await site.login("olaf")
        let tokens = try await site.identity.issueTokens(
            username: "olaf",
            password: TestSite.password,
            address: "::1"
        )
        _ = try await site.identity.authenticate(cookie: cookie)
        _ = try await site.identity.updateUser("olaf", UserChange(isDisabled: true), by: .console)
        #expect(await code { try await site.identity.authenticate(cookie: cookie) } == .invalidCredentials)
        #expect(
            await code { try await site.identity.authenticate(bearer: tokens.accessToken.reveal()) } == .disabled
        )
        #expect(
            await code { try await site.identity.refresh(tokens.refreshToken.reveal()) } == .invalidCredentials
        )
        #expect(await code { try await site.login("olaf") } == .disabled)
        #expect(await code { try await site.login("olaf", "a wrong password") } == .invalidCredentials)
        // Enabled again, the old tokens stay void.
        _ = try await site.identity.updateUser("olaf", UserChange(isDisabled: false), by: .console)
        #expect(
            await code { try await site.identity.authenticate(bearer: tokens.accessToken.reveal()) }
                == .invalidCredentials
        )
        _ = try await site.login("olaf")
    }

    @Test func roleChangeCountsFromTheNextRequest() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        try await site.makeUser("olaf", .operator)
        let cookie = try await site.login("olaf")
        _ = try await site.identity.updateUser("olaf", UserChange(role: .viewer), by: .console)
        #expect(try await site.identity.authenticate(cookie: cookie).role == .viewer)
    }

    @Test func ownPasswordChangeKeepsOnlyThisSession() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let here = try await site.login("anna")
        let elsewhere = try await site.login("anna")
        let tokens = try await site.identity.issueTokens(
            username: "anna",
            password: TestSite.password,
            address: "::1"
        )
        _ = try await site.identity.authenticate(cookie: elsewhere)
        let wrong = await code {
            try await site.identity.changePassword(
                of: "anna",
                current: "not the password",
                new: "a new good password",
                keeping: here,
                address: "::1"
            )
        }
        #expect(wrong == .invalidCredentials)
        try await site.identity.changePassword(
            of: "anna",
            current: TestSite.password,
            new: "a new good password",
            keeping: here,
            address: "::1"
        )
        _ = try await site.identity.authenticate(cookie: here)
        #expect(await code { try await site.identity.authenticate(cookie: elsewhere) } == .invalidCredentials)
        #expect(
            await code { try await site.identity.authenticate(bearer: tokens.accessToken.reveal()) }
                == .invalidCredentials
        )
        #expect(
            await code { try await site.identity.refresh(tokens.refreshToken.reveal()) } == .invalidCredentials
        )
        #expect(await code { try await site.login("anna") } == .invalidCredentials)
        _ = try await site.login("anna", "a new good password")
    }

    @Test func aLaterUserOfTheSameNameInheritsNoToken() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        try await site.makeUser("olaf")
        let tokens = try await site.identity.issueTokens(
            username: "olaf",
            password: TestSite.password,
            address: "::1"
        )
        try await site.identity.deleteUser("olaf", by: .console)
        site.time.advance(.seconds(1))
        try await site.makeUser("olaf")
        #expect(
            await code { try await site.identity.authenticate(bearer: tokens.accessToken.reveal()) }
                == .invalidCredentials
        )
    }

    @Test func unknownUserCostsOneHashToo() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let before = site.hashCount
        #expect(await code { try await site.login("nobody") } == .invalidCredentials)
        #expect(site.hashCount == before + 1)
        #expect(await code { try await site.login("anna", "a wrong password") } == .invalidCredentials)
        #expect(site.hashCount == before + 2)
    }

    @Test func tenFailuresLockForAQuarterOfAnHour() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        for _ in 0..<10 {
            #expect(await code { try await site.login("anna", "a wrong password") } == .invalidCredentials)
            // Past the growing delay, but not past the lock.
            site.time.advance(.seconds(100))
        }
        #expect(await code { try await site.login("anna") } == .tooManyAttempts)
        #expect(await code { try await site.login("ANNA") } == .tooManyAttempts)
        site.time.advance(.seconds(15 * 60 - 101))
        #expect(await code { try await site.login("anna") } == .tooManyAttempts)
        site.time.advance(.seconds(1))
        _ = try await site.login("anna")
    }

    @Test func anAdminEndsTheLock() async throws {
        let site = try await TestSite()
        let anna = try await site.makeUser("anna")
        try await site.makeUser("olaf", .operator)
        for _ in 0..<5 { _ = await code { try await site.login("olaf", "a wrong password") } }
        #expect(await code { try await site.login("olaf") } == .tooManyAttempts)
        try await site.identity.unlock(username: "olaf", by: anna)
        _ = try await site.login("olaf")
        #expect(try await site.audit().contains { $0.action == "user.unlock" && $0.actor == "anna" })
    }

    @Test func limitOfUsersHolds() async throws {
        let site = try await TestSite { $0.userLimit = 2 }
        try await site.makeUser("a1")
        try await site.makeUser("a2")
        let refused = await code {
            try await site.identity.createUser(
                username: "a3",
                role: .viewer,
                password: TestSite.password,
                by: .console
            )
        }
        #expect(refused == .limitReached)
    }

    @Test func auditNeverHoldsASecret() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna")
        let cookie = try await site.login("anna")
        let made = try await site.identity.createAPIKey(APIKeyDraft(name: "export", role: .viewer), by: .console)
        for entry in try await site.audit() {
            let text = "\(entry)"
            for secret in [TestSite.password, cookie, made.key.reveal(), "scrypt"] {
                #expect(!text.contains(secret))
            }
        }
    }
}
