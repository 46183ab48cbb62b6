import Domain
import Identity
import Logging
import NIOHTTP1
import Store
import TestSupport
import Testing
import Vault

@testable import Realtime

@Suite("Who may open a live connection")
struct ApplianceGateTests {
    /// A gate with one key, on a store of its own.
    private struct Site {
        let folder: ScratchFolder
        let store: Store
        let identity: Identity
        let gate: ApplianceGate
        let key: String

        init(burst: Double = 1_000) async throws {
            folder = try ScratchFolder()
            store = try Store(
                Store.Configuration(directory: folder.path, clock: WallClock { Instant(seconds: 1_795_395_600) }),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            identity = try await Identity(
                store: store, keys: try KeyDirectory(path: folder.path + "/keys"), siteID: "gate", clock: store.clock,
                monotonic: .system(), options: IdentityOptions())
            let proxies = TrustedProxies([try NetworkRange("10.255.0.0/16")])
            gate = ApplianceGate(
                identity: identity,
                trustedNetworks: TrustedNetworks([try NetworkRange("10.0.0.0/8")], except: proxies),
                allowedOrigins: ["https://map.example.org"],
                perAddress: RateLimiter(rate: 0.001, burst: burst, clock: MonotonicClock { .zero }),
                proxies: proxies, isTLS: false)
            key = try await identity.createAPIKey(APIKeyDraft(name: "x", role: .viewer), by: .console).key.reveal()
        }

        /// The role that is let in, or the status of the refusal.
        func outcome(_ caller: Caller, isSocketIO: Bool = false) async -> String {
            do throws(UpgradeRefusal) {
                return try await gate.admit(caller, isSocketIO: isSocketIO).principal?.role.rawValue ?? "nobody yet"
            } catch {
                return "\(error.status.code)"
            }
        }
    }

    private static func caller(
        _ address: String = "192.0.2.1", key: String? = nil, header: String? = nil, cookie: String? = nil,
        ticket: String? = nil, origin: String? = nil
    ) -> Caller {
        Caller(
            address: address, credentials: Credentials(authorization: header, apiKey: key, cookie: cookie),
            ticket: ticket, origin: origin, host: "box")
    }

    @Test func outcomes() async throws {
        let site = try await Site()
        #expect(await site.outcome(Self.caller()) == "401")
        #expect(await site.outcome(Self.caller(), isSocketIO: true) == "nobody yet")
        #expect(await site.outcome(Self.caller(key: site.key)) == "viewer")
        #expect(await site.outcome(Self.caller(header: "Bearer \(site.key)")) == "viewer")
        #expect(await site.outcome(Self.caller("10.1.2.3")) == "device")
        #expect(await site.outcome(Self.caller("10.1.2.3", key: site.key)) == "viewer")
        for isSocketIO in [false, true] {
            #expect(await site.outcome(Self.caller(key: "bad"), isSocketIO: isSocketIO) == "401")
            #expect(await site.outcome(Self.caller("10.1.2.3", key: "bad"), isSocketIO: isSocketIO) == "401")
            #expect(await site.outcome(Self.caller(cookie: "bad"), isSocketIO: isSocketIO) == "401")
            let elsewhere = Self.caller("10.1.2.3", key: site.key, origin: "http://evil")
            #expect(await site.outcome(elsewhere, isSocketIO: isSocketIO) == "403")
        }
        #expect(await site.outcome(Self.caller(key: site.key, origin: "https://map.example.org")) == "viewer")
    }

    /// What an upgrade of that peer with these headers leads to: who is let in, and under which address.
    private static func upgrade(
        _ site: Site, _ peer: String, _ headers: HTTPHeaders
    ) async throws -> (outcome: String, address: String) {
        var head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: "/ws",
            headers: [
                "Host": "box", "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            ])
        head.headers.add(contentsOf: headers)
        let caller = Caller(try #require(try UpgradeRequest(head, peer: peer)), at: site.gate)
        return (await site.outcome(caller), caller.address)
    }

    @Test("behind a proxy the client counts, and a stranger's word on himself does not")
    func forwarded() async throws {
        let site = try await Site()
        let cases: [(peer: String, headers: HTTPHeaders, outcome: String, address: String)] = [
            ("10.255.0.1", ["X-Forwarded-For": "10.1.2.3"], "device", "10.1.2.3"),
            ("10.255.0.1", ["X-Forwarded-For": "192.0.2.7"], "401", "192.0.2.7"),
            ("10.255.0.1", ["X-Forwarded-For": "10.1.2.3, 192.0.2.7"], "401", "192.0.2.7"),
            ("10.255.0.1", ["X-Forwarded-For": "10.1.2.3", "x-forwarded-for": "192.0.2.7"], "401", "192.0.2.7"),
            ("10.255.0.1", ["X-Forwarded-For": "nonsense"], "401", "10.255.0.1"),
            ("10.255.0.1", [:], "401", "10.255.0.1"),
            ("192.0.2.9", ["X-Forwarded-For": "10.1.2.3"], "401", "192.0.2.9"),
            ("10.1.2.3", ["X-Forwarded-For": "192.0.2.7"], "device", "10.1.2.3"),
        ]
        for (peer, headers, outcome, address) in cases {
            let seen = try await Self.upgrade(site, peer, headers)
            #expect(seen == (outcome, address), "\(peer) \(headers)")
        }
    }

    @Test("the cookie of a page that the proxy serves by TLS")
    func forwardedCookie() async throws {
        let site = try await Site()
        let secure = "__Host-lpr-session=bad"
        for (peer, proto, outcome) in [
            ("10.255.0.1", "https", "401"), ("10.255.0.1", "http", "device"), ("10.1.2.3", "https", "device"),
        ] {
            // A cookie that counts and is wrong is refused; one of the other name is none.
            let headers: HTTPHeaders = [
                "X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": proto, "Cookie": secure, "Origin": "https://box",
            ]
            #expect(try await Self.upgrade(site, peer, headers).outcome == outcome, "\(peer) \(proto)")
        }
    }

    @Test("each client behind a proxy has a rate of its own")
    func forwardedRates() async throws {
        let site = try await Site(burst: 1)
        for (client, outcome) in [("192.0.2.7", "401"), ("192.0.2.7", "429"), ("192.0.2.8", "401")] {
            let headers: HTTPHeaders = ["X-Forwarded-For": client]
            #expect(try await Self.upgrade(site, "10.255.0.1", headers).outcome == outcome, "\(client)")
        }
    }

    @Test("a ticket opens one connection, and counts before anything else")
    func tickets() async throws {
        let site = try await Site()
        let admin = Principal.console
        let ticket = site.identity.socketTickets.issue(to: admin).reveal()
        #expect(await site.outcome(Self.caller(key: site.key, ticket: ticket, origin: "http://evil")) == "403")
        #expect(await site.outcome(Self.caller(key: site.key, ticket: ticket)) == "admin")
        #expect(await site.outcome(Self.caller(key: site.key, ticket: ticket)) == "401")
    }

    @Test("a key that is revoked is welcome no longer")
    func revoked() async throws {
        let site = try await Site()
        let visitor = try await site.gate.admit(Self.caller(key: site.key), isSocketIO: false)
        #expect(await visitor.isStillWelcome())
        guard case .apiKey(let id)? = visitor.principal?.subject else { return #expect(Bool(false)) }
        try await site.identity.deleteAPIKey(id, by: .console)
        #expect(await !visitor.isStillWelcome())
    }

    @Test("too many requests of one address")
    func rates() async throws {
        let site = try await Site(burst: 2)
        var outcomes: [String] = []
        for _ in 0..<3 { outcomes.append(await site.outcome(Self.caller())) }
        #expect(outcomes == ["401", "401", "429"])
        #expect(await site.outcome(Self.caller("192.0.2.2")) == "401")
    }
}
