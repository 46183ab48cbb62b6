import Domain
import HTTPTypes
import Testing

@testable import HTTPAPI
@testable import Identity

@Suite("Behind a reverse proxy")
struct ProxyTests {
    private static let proxy = "192.0.2.80"
    private static let forwardedFor = HTTPField.Name.forwardedFor
    private static let forwardedProto = HTTPField.Name.forwardedProto

    private static func site(_ change: (inout TestSite.Options) -> Void = { _ in }) async throws -> TestSite {
        var options = TestSite.Options()
        options.proxies = [proxy, "10.9.0.80"]
        change(&options)
        let site = try await TestSite(options)
        try await site.setUp()
        return site
    }

    /// - Parameter client: what the proxy says, or a stranger.
    private static func send(
        _ site: TestSite, _ method: HTTPRequest.Method, _ path: String, _ body: String = "", from peer: String = proxy,
        client: String? = nil, proto: String? = nil, headers: HTTPFields = [:], as caller: TestSite.Caller = .anonymous
    ) async throws -> TestSite.Answer {
        var fields = headers
        if let client { fields[forwardedFor] = client }
        if let proto { fields[forwardedProto] = proto }
        return try await site.send(method, path, as: caller, headers: fields, bytes: Array(body.utf8), address: peer)
    }

    @Test("a camera without a key is judged by its own address")
    func trustedNetwork() async throws {
        let site = try await Self.site()
        let cases: [(peer: String, client: String?, status: Int)] = [
            (Self.proxy, TestSite.trustedAddress, 201), (Self.proxy, "203.0.113.7", 401),
            (Self.proxy, "\(TestSite.trustedAddress), 203.0.113.7", 401), (Self.proxy, nil, 401),
            (Self.proxy, "unknown", 401), (Self.proxy, "[::ffff:10.9.0.5]:1234", 201),
            // Strangers who say that they are cameras, and cameras that say that they are not.
            ("203.0.113.7", TestSite.trustedAddress, 401), (TestSite.trustedAddress, "203.0.113.7", 201),
            (TestSite.trustedAddress, "nonsense", 201),
            // A proxy inside the trusted network lets nobody in who has only reached the proxy.
            ("10.9.0.80", "203.0.113.7", 401), ("10.9.0.80", nil, 401), ("10.9.0.80", "x", 401),
            ("10.9.0.80", TestSite.trustedAddress, 201),
        ]
        for (number, (peer, client, status)) in cases.enumerated() {
            let answer = try await Self.send(
                site, .post, "/api/lpr/events", site.event("e\(number)"), from: peer, client: client)
            #expect(answer.status == status, "\(peer) \(client ?? "-"): \(answer.text)")
        }
    }

    @Test("with a key nothing that stands in the header loses an event")
    func malformed() async throws {
        let site = try await Self.site()
        for (number, header) in [
            "", ",", "unknown", String(repeating: "10.9.0.5,", count: 1_500), String(repeating: "x", count: 15_000),
            "' OR 1=1 --", "<script>", "203.0.113.7, 192.0.2.80, -",
        ].enumerated() {
            let answer = try await Self.send(
                site, .post, "/api/lpr/events", site.event("e\(number)"), client: header, proto: header, as: .device)
            #expect(answer.status == 201, "\(header.prefix(40)): \(answer.text)")
        }
    }

    @Test("rejected messages and sessions carry the client's address")
    func addresses() async throws {
        let site = try await Self.site()
        _ = try await Self.send(
            site, .post, "/api/lpr/events", #"{"license_plate":7}"#, client: "203.0.113.7", as: .device)
        _ = try await Self.send(
            site, .post, "/api/lpr/events", #"{"license_plate":7}"#, from: "203.0.113.9", client: "203.0.113.7",
            as: .device)
        let rejected = try await site.send(.get, "/api/rejected", as: .operator).value("rejected")?.arrayValue ?? []
        #expect(
            rejected.compactMap { $0.objectValue?["peer"]?.stringValue }.sorted() == ["203.0.113.7", "203.0.113.9"])
    }

    @Test("one client's rate is not the others'")
    func rates() async throws {
        let site = try await Self.site { $0.addressRate = 2 }
        var statuses: [Int] = []
        for client in ["203.0.113.7", "203.0.113.7", "203.0.113.7", "203.0.113.8"] {
            statuses.append(try await Self.send(site, .get, "/api/auth/me", client: client).status)
        }
        #expect(statuses == [200, 200, 429, 200])
        // A stranger has one bucket, whatever names he gives himself.
        statuses = []
        for client in ["203.0.113.1", "203.0.113.2", "203.0.113.3"] {
            statuses.append(try await Self.send(site, .get, "/api/auth/me", from: "192.0.2.81", client: client).status)
        }
        #expect(statuses == [200, 200, 429])
    }

    @Test("who guesses passwords locks himself out, and not everybody behind the proxy")
    func loginGuard() async throws {
        let site = try await Self.site()
        var last = 0
        for number in 0..<60 {
            // Another name each time: the address is what is counted.
            let body = #"{"username":"user-\#(number)","password":"not the password"}"#
            last = try await Self.send(site, .post, "/api/auth/login", body, client: "203.0.113.7").status
            site.advance(.seconds(10))
        }
        #expect(last == 429)
        #expect(
            try await Self.send(site, .post, "/api/auth/login", LoginTests.body, client: "203.0.113.7").status == 429)
        #expect(
            try await Self.send(site, .post, "/api/auth/login", LoginTests.body, client: "203.0.113.8").status == 200)
    }

    /// A browser at https://box.local:8080, whose proxy speaks http to us.
    @Test("the cookie is Secure and the page's own requests are let through")
    func page() async throws {
        let site = try await Self.site()
        let origin: HTTPFields = [.origin: "https://box.local:8080"]
        let login = try await Self.send(
            site, .post, "/api/auth/login", LoginTests.body, client: "203.0.113.7", proto: "https", headers: origin)
        #expect(login.status == 200, "\(login.text)")
        let header = try #require(login.headers[.setCookie])
        #expect(header.hasPrefix("__Host-lpr-session=") && header.hasSuffix("; Secure"))
        var headers = origin
        headers[.cookie] = String(header.prefix { $0 != ";" })
        func status(proto: String?, from peer: String = Self.proxy) async throws -> Int {
            try await Self.send(
                site, .post, "/api/auth/ws-ticket", from: peer, client: "203.0.113.7", proto: proto, headers: headers
            ).status
        }
        #expect(try await status(proto: "https") == 201)
        // To http, or to a stranger who says https, this cookie is none.
        #expect(try await status(proto: "http") == 401)
        #expect(try await status(proto: nil) == 401)
        #expect(try await status(proto: "https", from: "192.0.2.81") == 401)
        headers[.origin] = "http://box.local:8080"
        #expect(try await status(proto: "https") == 403)
        headers[.origin] = "https://evil.example"
        #expect(try await status(proto: "https") == 403)
        let logout = try await Self.send(
            site, .post, "/api/auth/logout", proto: "https",
            headers: [.origin: "https://box.local:8080", .cookie: headers[.cookie] ?? ""])
        #expect(logout.status == 204)
        #expect(logout.headers[.setCookie]?.hasPrefix("__Host-lpr-session=;") == true)
    }

    @Test("a page by https through a proxy that nobody has named is told what to do")
    func unnamed() async throws {
        let site = try await Self.site()
        let answer = try await Self.send(
            site, .post, "/api/auth/login", LoginTests.body, from: "192.0.2.81", client: "203.0.113.7", proto: "https",
            headers: [.origin: "https://box.local:8080"])
        #expect((answer.status, answer.code) == (403, "wrong-origin"))
        #expect(answer.string("detail")?.contains("http.trusted_proxies") == true)
    }

    @Test("a box with a certificate of its own behind a proxy that speaks http to its clients")
    func plainInFront() async throws {
        let site = try await Self.site { $0.isTLS = true }
        func cookie(_ proto: String?) async throws -> String? {
            try await Self.send(site, .post, "/api/auth/login", LoginTests.body, proto: proto).headers[.setCookie]
        }
        #expect(try await cookie("http")?.hasPrefix("lpr-session=") == true)
        #expect(try await cookie("https")?.hasPrefix("__Host-lpr-session=") == true)
        #expect(try await cookie(nil)?.hasPrefix("__Host-lpr-session=") == true)
    }

    @Test("the admin socket knows no proxies")
    func console() async throws {
        let site = try await Self.site()
        let answer = try await site.send(
            .get, "/admin/users", headers: [Self.forwardedFor: "203.0.113.7"], bytes: [], address: "local",
            isAdmin: true)
        #expect(answer.status == 200)
    }
}
