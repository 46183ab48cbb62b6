import Domain
import Testing

@testable import Identity

@Suite("Credentials of a request")
struct CredentialTests {
    @Test("the first of Authorization, X-API-Key and cookie counts")
    func order() async throws {
        let site = try await TestSite()
        try await site.makeUser("anna", .viewer)
        let key = try await site.identity.createAPIKey(APIKeyDraft(name: "x", role: .admin), by: .console).key.reveal()
        let cookie = try await site.login("anna")
        let identity = site.identity
        #expect(try await identity.recognise(Credentials()) == nil)
        let byCookie = try await identity.recognise(Credentials(cookie: cookie))
        #expect(byCookie?.isFromCookie == true && byCookie?.principal.role == .viewer)
        let byKey = try await identity.recognise(Credentials(apiKey: key, cookie: cookie))
        #expect(byKey?.isFromCookie == false && byKey?.principal.role == .admin)
        for word in ["Bearer", "bearer", "BEARER"] {
            let byHeader = try await identity.recognise(
                Credentials(authorization: "\(word) \(key)", apiKey: "bad", cookie: "bad"))
            #expect(byHeader?.isFromCookie == false && byHeader?.principal.role == .admin)
        }
    }

    @Test(
        "a bad one is not passed over for a good one behind it",
        arguments: ["", "Basic x", "Bearer", "Bearer ", "Bearer x"])
    func bad(header: String) async throws {
        let site = try await TestSite()
        let key = try await site.identity.createAPIKey(APIKeyDraft(name: "x", role: .admin), by: .console).key.reveal()
        let found = await code { try await site.identity.recognise(Credentials(authorization: header, apiKey: key)) }
        #expect(found == .invalidCredentials)
    }

    @Test("known as long as they are there")
    func known() async throws {
        let site = try await TestSite()
        let anna = try await site.makeUser("anna", .viewer)
        #expect(site.identity.isKnown(anna) && site.identity.isKnown(.console))
        #expect(site.identity.isKnown(.trustedNetwork(address: "10.0.0.1")))
        #expect(!site.identity.isKnown(Principal(subject: .user(name: "bert"), role: .admin)))
        #expect(!site.identity.isKnown(Principal(subject: .apiKey(id: "0123456789"), role: .admin)))
    }

    @Test(
        "the cookie among others",
        arguments: [
            (["lpr-session=a"], false, "a"), (["x=1; lpr-session=a ; y=2"], false, "a"),
            (["x=1", "lpr-session=b"], false, "b"),
            (["xlpr-session=a"], false, nil), (["lpr-session=a"], true, nil), (["__Host-lpr-session=a"], true, "a"),
            (["lpr-session="], false, ""), ([""], false, nil), ([], false, nil), (["lpr-session=a=b"], false, "a=b"),
        ] as [([String], Bool, String?)])
    func cookie(headers: [String], isTLS: Bool, expected: String?) {
        #expect(SessionCookie.value(in: headers, isTLS: isTLS) == expected)
    }
}
