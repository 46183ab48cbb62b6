import Domain
import HTTPTypes
import Testing

@testable import HTTPAPI
@testable import Identity

@Suite struct LoginTests {
    static let body = #"{"username":"boss","password":"correct horse battery"}"#

    @Test func setUp() async throws {
        let site = try await TestSite()
        #expect(try await site.send(.get, "/api/auth/me").value("setup_required") == .bool(true))
        let code = try site.services.identity.makeSetupCode().reveal()
        func body(_ code: String, _ password: String = TestSite.password) -> String {
            #"{"setup_code":"\#(code)","username":"boss","password":"\#(password)"}"#
        }
        let wrong = try await site.send(.post, "/api/auth/setup", body("AAAA-AAAA-AAAA-AAAA"))
        #expect((wrong.status, wrong.code) == (403, "setup-code-wrong"))
        let weak = try await site.send(.post, "/api/auth/setup", body(code, "short"))
        #expect((weak.status, weak.fieldsInError) == (422, ["password"]))
        let missing = try await site.send(.post, "/api/auth/setup", "{}")
        #expect(missing.fieldsInError == ["setup_code", "username", "password"])
        let made = try await site.send(.post, "/api/auth/setup", body(code))
        #expect(made.status == 201)
        #expect(made.string("username") == "boss")
        #expect(!made.text.contains(TestSite.password))
        let cookie = try #require(made.headers[.setCookie]?.split(separator: ";").first.map(String.init))
        let me = try await site.send(.get, "/api/auth/me", headers: [.cookie: cookie])
        #expect(me.value("authenticated") == .bool(true))
        #expect(me.string("role") == "admin")
        #expect(me.value("setup_required") == .bool(false))
        #expect(me.string("site.name") == "ประตู 1")
        #expect(me.string("site.timezone") == "Asia/Bangkok")
        #expect(try await site.send(.post, "/api/auth/setup", body(code)).code == "already-set-up")
    }

    @Test(arguments: [false, true]) func cookieFlags(isTLS: Bool) async throws {
        var options = TestSite.Options()
        options.isTLS = isTLS
        let site = try await TestSite(options)
        try await site.setUp()
        let login = try await site.send(.post, "/api/auth/login", Self.body)
        let parts = try #require(login.headers[.setCookie]).split(separator: ";").map { $0.trimmingSpaces }
        #expect(parts[0].hasPrefix(isTLS ? "__Host-lpr-session=" : "lpr-session="))
        #expect(parts.contains("HttpOnly") && parts.contains("SameSite=Strict") && parts.contains("Path=/"))
        #expect(parts.contains("Secure") == isTLS)
        #expect(!parts.contains { $0.hasPrefix("Domain") })
        #expect(parts.contains("Max-Age=2592000"))
        // The cookie of the other kind is none.
        let value = parts[0].drop { $0 != "=" }
        let other = try await site.send(
            .get, "/api/devices", headers: [.cookie: (isTLS ? "lpr-session" : "__Host-lpr-session") + value])
        #expect(other.status == 401)
        let logout = try await site.send(.post, "/api/auth/logout", headers: [.cookie: String(parts[0])])
        #expect(logout.status == 204)
        #expect(logout.headers[.setCookie]?.contains("Max-Age=0") == true)
        #expect(try await site.send(.get, "/api/devices", headers: [.cookie: String(parts[0])]).status == 401)
        let again = try await site.send(.post, "/api/auth/logout", headers: [.cookie: String(parts[0])])
        #expect(again.status == 204)
        let me = try await site.send(.get, "/api/auth/me", headers: [.cookie: String(parts[0])])
        #expect(me.value("authenticated") == .bool(false))
    }

    /// What changes something with a cookie needs an Origin of ours; what begins or ends a session must not have
    /// another one.
    @Test(
        arguments: [
            ("http://box.local:8080", 200, 200), ("https://wall.example", 200, 200), (nil, 403, 200),
            ("http://evil.example", 403, 403), ("null", 403, 403), ("https://box.local:8080", 403, 403),
            ("http://box.local", 403, 403), ("http://box.local:8080.evil.example", 403, 403),
            ("http://box.local:8080/", 403, 403), ("", 403, 403),
        ] as [(String?, Int, Int)])
    func origin(_ origin: String?, _ change: Int, _ login: Int) async throws {
        var options = TestSite.Options()
        options.allowedOrigins = ["https://wall.example"]
        let site = try await TestSite(options)
        try await site.setUp()
        _ = try await site.send(.post, "/api/lpr/events", as: .device, site.event("a"))
        var headers = try await site.cookie()
        if let origin { headers[.origin] = origin }
        let note = #"{"note":"x"}"#
        #expect(try await site.send(.put, "/api/lpr/events/a", headers: headers, note).status == change)
        #expect(try await site.send(.get, "/api/lpr/events/a", headers: headers).status == 200)
        headers[.cookie] = nil
        let answer = try await site.send(.post, "/api/auth/login", headers: headers, Self.body)
        #expect(answer.status == login)
        if login == 403 { #expect(answer.headers[.setCookie] == nil) }
        #expect(try await site.send(.post, "/api/auth/logout", headers: headers).status == (login == 200 ? 204 : 403))
        // A key is sent by a program, never by a browser on its own.
        #expect(try await site.send(.put, "/api/lpr/events/a", as: .operator, headers: headers, note).status == 200)
    }

    @Test func lock() async throws {
        let site = try await TestSite()
        try await site.setUp()
        let wrong = #"{"username":"boss","password":"not the password"}"#
        var last = try await site.send(.post, "/api/auth/login", wrong)
        #expect((last.status, last.code) == (401, "credentials"))
        let unknown = try await site.send(
            .post, "/api/auth/login", #"{"username":"nobody","password":"not the password"}"#)
        #expect(unknown.string("detail") == last.string("detail"))
        for _ in 0..<12 {
            site.advance(.seconds(200))
            last = try await site.send(.post, "/api/auth/login", wrong)
        }
        #expect((last.status, last.code) == (429, "too-many-attempts"))
        #expect(last.headers[.retryAfter].flatMap { Int($0) } ?? 0 > 0)
        #expect(try await site.send(.post, "/api/auth/login", Self.body).status == 429)
        site.advance(.seconds(16 * 60))
        #expect(try await site.send(.post, "/api/auth/login", Self.body).status == 200)
    }

    @Test func tokens() async throws {
        let site = try await TestSite()
        try await site.setUp()
        let issued = try await site.send(.post, "/api/auth/token", Self.body)
        #expect(issued.status == 200)
        #expect(issued.integer("expires_in") == 900)
        #expect(issued.headers[.cacheControl] == "no-store")
        let access = try #require(issued.string("access_token"))
        let refresh = try #require(issued.string("refresh_token"))
        let bearer: HTTPFields = [.authorization: "Bearer \(access)"]
        #expect(try await site.send(.get, "/api/users", headers: bearer).status == 200)
        let fresh = try await site.send(.post, "/api/auth/refresh", #"{"refresh_token":"\#(refresh)"}"#)
        #expect(fresh.status == 200)
        #expect(try await site.send(.post, "/api/auth/refresh", #"{"refresh_token":"\#(refresh)"}"#).status == 401)
        site.advance(.seconds(901))
        #expect(try await site.send(.get, "/api/users", headers: bearer).status == 401)
        let ofKey = try await site.send(.post, "/api/auth/token", as: .viewer)
        let token = try #require(ofKey.string("access_token"))
        let answer = try await site.send(.get, "/api/auth/me", headers: [.authorization: "bearer \(token)"])
        #expect(answer.string("role") == "viewer")
        #expect(try await site.send(.post, "/api/auth/token").status == 400)
        for header in ["Basic Zm9vOmJhcg==", "Bearer", "Bearer x.y.z", "Bearer lpr_x_y"] {
            let answer = try await site.send(.get, "/api/health", headers: [.authorization: header])
            #expect(answer.status == 401, "\(header)")
        }
    }

    @Test func changePassword() async throws {
        let site = try await TestSite()
        try await site.setUp()
        var here = try await site.cookie()
        here[.origin] = "http://box.local:8080"
        let elsewhere = try await site.cookie()
        let path = "/api/auth/password"
        func body(_ current: String, _ new: String) -> String {
            #"{"current_password":"\#(current)","new_password":"\#(new)"}"#
        }
        let wrong = try await site.send(.post, path, headers: here, body("wrong", "another horse battery"))
        #expect(wrong.status == 401)
        let weak = try await site.send(.post, path, headers: here, body(TestSite.password, "short"))
        #expect((weak.status, weak.fieldsInError) == (422, ["new_password"]))
        let changed = try await site.send(.post, path, headers: here, body(TestSite.password, "another horse battery"))
        #expect(changed.status == 204)
        #expect(try await site.send(.get, "/api/users", headers: here).status == 200)
        #expect(try await site.send(.get, "/api/users", headers: elsewhere).status == 401)
        let old = try await site.send(.post, "/api/auth/login", Self.body)
        #expect(old.status == 401)
    }

    @Test func usersAndKeys() async throws {
        let site = try await TestSite()
        try await site.setUp()
        let draft = #"{"username":"ann","password":"correct horse battery","role":"viewer"}"#
        #expect(try await site.send(.post, "/api/users", as: .admin, draft).status == 201)
        #expect(try await site.send(.post, "/api/users", as: .admin, draft).code == "already-exists")
        let list = try await site.send(.get, "/api/users", as: .admin)
        #expect(!list.text.contains("hash") && !list.text.contains("scrypt"))
        let last = try await site.send(.delete, "/api/users/boss", as: .admin)
        #expect((last.status, last.code) == (409, "last-admin"))
        var headers = try await site.cookie()
        headers[.origin] = "http://box.local:8080"
        #expect(try await site.send(.delete, "/api/users/BOSS", headers: headers).code == "oneself")

        let made = try await site.send(
            .post, "/api/keys", as: .admin, #"{"name":"wall","role":"viewer","expires_at":"2026-12-01T00:00:00Z"}"#)
        let key = try #require(made.string("api_key"))
        let id = try #require(made.string("key.key_id"))
        #expect(key.hasPrefix("lpr_\(id)_"))
        let keys = try await site.send(.get, "/api/keys", as: .admin)
        #expect(keys.text.contains(id))
        #expect(!keys.text.contains(key.dropFirst("lpr_\(id)_".count)))
        let shown: HTTPFields = [.apiKey: key]
        #expect(try await site.send(.get, "/api/devices", headers: shown).status == 200)
        _ = try await site.send(.put, "/api/keys/\(id)", as: .admin, #"{"disabled":true}"#)
        #expect(try await site.send(.get, "/api/devices", headers: shown).status == 403)
        let enabled = try await site.send(
            .put, "/api/keys/\(id)", as: .admin, #"{"disabled":false,"expires_at":null,"name":"wall 2"}"#)
        #expect(enabled.value("expires_at") == .null)
        #expect(enabled.string("name") == "wall 2")
        #expect(try await site.send(.get, "/api/devices", headers: shown).status == 200)
        #expect(try await site.send(.delete, "/api/keys/\(id)", as: .admin).status == 204)
        #expect(try await site.send(.get, "/api/devices", headers: shown).status == 401)
    }

    @Test func keyPages() async throws {
        let site = try await TestSite()
        for number in 0..<5 {
            site.advance(.seconds(number % 2))
            _ = try await site.send(.post, "/api/keys", as: .admin, #"{"name":"n\#(number)","role":"viewer"}"#)
        }
        let all = try await site.send(.get, "/api/keys", as: .admin).value("keys")?.arrayValue ?? []
        var walked: [JSONValue] = []
        var cursor = ""
        repeat {
            let page = try await site.send(.get, "/api/keys?limit=2\(cursor)", as: .admin)
            walked += page.value("keys")?.arrayValue ?? []
            cursor = page.string("next").map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        #expect(all.count == 11)
        #expect(walked.map { $0.objectValue?["key_id"] } == all.map { $0.objectValue?["key_id"] })
        let ofDevice = try await site.send(.get, "/api/keys?device=gate-1", as: .admin)
        #expect(ofDevice.value("keys")?.arrayValue?.count == 1)
    }
}
