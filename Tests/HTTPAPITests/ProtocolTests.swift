import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import HTTPAPI
@testable import Identity

/// What HTTP itself asks of the answers.
@Suite struct ProtocolTests {
    @Test func entityTags() async throws {
        let site = try await TestSite()
        _ = try await site.send(.post, "/api/lpr/events", as: .device, site.event("a"))
        for path in [
            "/api/lpr/events", "/api/lpr/events/a", "/api/devices", "/api/devices/gate-1", "/api/openapi.json",
            "/api/docs",
        ] {
            let first = try await site.send(.get, path, as: .viewer)
            let tag = try #require(first.headers[.eTag], "\(path)")
            for named in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let again = try await site.send(.get, path, as: .viewer, headers: [.ifNoneMatch: named])
                #expect(again.status == 304, "\(path) \(named)")
                #expect(again.bytes.isEmpty)
                #expect(again.headers[.eTag] == tag)
            }
            let other = try await site.send(.get, path, as: .viewer, headers: [.ifNoneMatch: "\"other\""])
            #expect(other.status == 200)
        }
        let before = try await site.send(.get, "/api/lpr/events", as: .viewer).headers[.eTag]
        _ = try await site.send(.put, "/api/lpr/events/a", as: .operator, #"{"note":"x"}"#)
        #expect(try await site.send(.get, "/api/lpr/events", as: .viewer).headers[.eTag] != before)
    }

    @Test(
        arguments: [
            ("gzip", true), ("deflate, gzip;q=0.5", true), ("*", true), ("gzip;q=0", false), ("br", false),
            (nil, false),
        ] as [(String?, Bool)])
    func compression(_ accepted: String?, _ isCompressed: Bool) async throws {
        let site = try await TestSite()
        for number in 0..<5 { _ = try await site.send(.post, "/api/lpr/events", as: .device, site.event("e\(number)")) }
        var headers: HTTPFields = [:]
        if let accepted { headers[.acceptEncoding] = accepted }
        let answer = try await site.send(.get, "/api/lpr/events", as: .viewer, headers: headers)
        #expect(answer.headers[.contentEncoding] == (isCompressed ? "gzip" : nil))
        #expect(answer.bytes.starts(with: isCompressed ? [0x1F, 0x8B] : Array("{\"events\"".utf8)))
        let small = try await site.send(.get, "/api/auth/me", headers: headers)
        #expect(small.headers[.contentEncoding] == nil)
        guard isCompressed else { return }
        let plain = try await site.send(.get, "/api/lpr/events", as: .viewer)
        let content = answer.bytes.withUnsafeBufferPointer { Gzip.decompress($0, length: plain.bytes.count) }
        #expect(content == plain.bytes)
    }

    @Test func headOptionsAndOtherMethods() async throws {
        let site = try await TestSite()
        for route in site.responder.table.routes where route.method == .get && !route.path.contains("{") {
            let whole = try await site.send(.get, route.path, as: .admin)
            let head = try await site.send(.head, route.path, as: .admin)
            #expect(head.status == whole.status, "\(route.path)")
            #expect(head.bytes.isEmpty)
            #expect(head.headers[.contentType] == whole.headers[.contentType])
            #expect(head.headers[.contentLength] == "\(whole.bytes.count)")
        }
        for path in Set(site.responder.table.routes.map(\.path)) {
            let path = path.replacing(/\{[a-z_]+\}/, with: "x")
            let options = try await site.send(.options, path)
            #expect(options.status == 204)
            let allowed = try #require(options.headers[.allow]).split(separator: ", ")
            #expect(allowed.contains("OPTIONS"))
            #expect(allowed.contains("HEAD") == allowed.contains("GET"))
            let patch = try await site.send(.patch, path, as: .admin)
            #expect((patch.status, patch.code) == (405, "wrong-method"))
            #expect(patch.headers[.allow] == options.headers[.allow])
        }
    }

    @Test(arguments: [
        "/api", "/api/", "/api/nothing", "/api/lpr", "/api/lpr/events/a/b/c", "/admin/status", "/admin/setup-code",
        "/etc/passwd", "/../etc/passwd", "/api/lpr/events/%zz", "//", "/%00", "/api/openapi.json/x",
    ])
    func unknownPaths(_ path: String) async throws {
        let site = try await TestSite()
        let answer = try await site.send(.get, path, as: .admin)
        // "//" is the page itself.
        #expect(answer.status == 404 || path == "//", "\(answer.text)")
        #expect(try await site.send(.post, path, as: .admin).status >= 404)
    }

    @Test func rateOfAddress() async throws {
        var options = TestSite.Options()
        options.addressRate = 5
        let site = try await TestSite(options)
        for _ in 0..<5 { #expect(try await site.send(.get, "/api/health").status == 200) }
        let refused = try await site.send(.get, "/api/health")
        #expect((refused.status, refused.code) == (429, "too-many-requests"))
        #expect(refused.headers[.retryAfter] == "1")
        #expect(try await site.send(.get, "/api/health", as: .trusted).status == 200)
        #expect(
            try await site.send(.get, "/admin/status", bytes: [], address: "192.0.2.1", isAdmin: true).status == 200)
        site.advance(.seconds(1))
        #expect(try await site.send(.get, "/api/health").status == 200)
        // One IPv6 customer has a /64 of addresses.
        for number in 0..<5 {
            #expect(try await site.send(.get, "/api/health", bytes: [], address: "2001:db8::\(number)").status == 200)
        }
        #expect(try await site.send(.get, "/api/health", bytes: [], address: "2001:db8::ffff").status == 429)
        #expect(try await site.send(.get, "/api/health", bytes: [], address: "2001:db8:0:1::1").status == 200)
    }

    @Test func rateOfUserAndDevice() async throws {
        var options = TestSite.Options()
        options.userRate = 3
        options.deviceRate = 3
        let site = try await TestSite(options)
        for _ in 0..<3 { #expect(try await site.send(.get, "/api/devices", as: .viewer).status == 200) }
        #expect(try await site.send(.get, "/api/devices", as: .viewer).status == 429)
        #expect(try await site.send(.get, "/api/devices", as: .operator).status == 200)
        let batch = (0..<3).map { site.event("b\($0)") }.joined(separator: "\n")
        #expect(try await site.send(.post, "/api/lpr/events/batch", as: .device, batch).status == 200)
        let refused = try await site.send(.post, "/api/lpr/events", as: .device, site.event("c"))
        #expect(refused.status == 429)
        #expect(refused.headers[.retryAfter] != nil)
        site.advance(.seconds(1))
        #expect(try await site.send(.post, "/api/lpr/events", as: .device, site.event("c")).status == 201)
    }

    @Test func fullDisk() async throws {
        var options = TestSite.Options()
        options.diskReserve = .max
        let site = try await TestSite(options)
        for (path, body) in [
            ("/api/lpr/events", site.event("a")), ("/api/lpr/events/batch", site.event("a")),
        ] {
            let answer = try await site.send(.post, path, as: .device, body)
            #expect((answer.status, answer.code) == (507, "no-space"))
            #expect(answer.headers[.retryAfter] != nil)
        }
        let health = try await site.send(.get, "/api/health", as: .viewer)
        #expect(health.string("status") == "degraded")
        #expect(health.string("components.disk.state") == "failed")
        #expect(health.string("notices.0.code") == "disk_full")
    }

    @Test(
        arguments: [
            ("", [:], []), ("a=1&b=2", ["a": "1", "b": "2"], []), ("a=1&a=2", ["a": "1"], ["a"]),
            ("a=%E0%B8%81", ["a": "ก"], []), ("a=b+c", ["a": "b c"], []), ("a=b%2Bc", ["a": "b+c"], []),
            ("a=%", [:], ["query"]), ("a=%4", [:], ["query"]), ("a=%zz", [:], ["query"]), ("a=%ff", [:], ["query"]),
            ("a=%+1", [:], ["query"]), ("a", [:], []), ("=x", [:], []), ("a=b=c", ["a": "b=c"], []), ("&&&", [:], []),
        ] as [(String, [String: String], [String])])
    func query(_ text: String, _ values: [String: String], _ problems: [String]) {
        var query = QueryReader(
            Request(
                head: HTTPRequest(method: .get, scheme: "http", authority: "x", path: "/?\(text)"),
                body: RequestBody(buffer: ByteBuffer())))
        for name in ["a", "b"] {
            if !problems.contains("a") { #expect(query.text(name) == values[name], "\(name)") }
        }
        #expect(query.problems.map(\.field) == problems)
    }

    @Test func export() async throws {
        let site = try await TestSite()
        let formulas = ["=1+1", "+1", "-1", "@x", "\\t=1", "a,b", "say \\\"hi\\\""]
        for (number, text) in formulas.enumerated() {
            _ = try await site.send(.post, "/api/lpr/events", as: .device, site.event("e\(number)"))
            _ = try await site.send(.put, "/api/lpr/events/e\(number)", as: .operator, #"{"note":"\#(text)"}"#)
        }
        let csv = try await site.send(.get, "/api/lpr/events", as: .viewer, headers: [.accept: "text/csv"])
        #expect(csv.headers[.contentType]?.hasPrefix("text/csv") == true)
        let rows = csv.text.split(separator: "\r\n")
        #expect(rows.count == formulas.count + 1)
        for cell in ["'=1+1", "'+1", "'-1", "'@x", "'\t=1", "\"a,b\"", "\"say \"\"hi\"\"\""] {
            #expect(csv.text.contains(",\(cell),"), "\(cell)")
        }
        let lines = try await site.send(
            .get, "/api/lpr/events", as: .viewer, headers: [.accept: "application/x-ndjson"])
        let parsed = try lines.text.split(separator: "\n").map { try JSONParser.parse(String($0)) }
        #expect(parsed.count == formulas.count)
    }
}
