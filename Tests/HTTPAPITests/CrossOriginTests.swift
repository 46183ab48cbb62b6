import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("Scripts of other sites")
struct CrossOriginTests {
    @Test("only a site that is named may read the answers, and none with a cookie")
    func origins() async throws {
        let site = try await TestSite(.init(allowedOrigins: ["https://lpr.example.org"]))
        let named = try await site.send(
            .get, "/api/lpr/events", as: .viewer, headers: [.origin: "https://lpr.example.org"])
        #expect(named.headers[.accessControlAllowOrigin] == "https://lpr.example.org")
        #expect(named.headers[.accessControlAllowCredentials] == nil)
        #expect(named.headers[.vary]?.contains("Origin") == true)
        for origin in [
            "https://evil.example", "https://lpr.example.org.evil.example", "null", "http://lpr.example.org",
        ] {
            let other = try await site.send(.get, "/api/lpr/events", as: .viewer, headers: [.origin: origin])
            #expect(other.headers[.accessControlAllowOrigin] == nil, "\(origin)")
        }
    }

    @Test("a preflight is told the methods of the path")
    func preflight() async throws {
        let site = try await TestSite(.init(allowedOrigins: ["https://lpr.example.org"]))
        let answer = try await site.send(
            .options, "/api/lpr/events/x",
            headers: [.origin: "https://lpr.example.org", .accessControlRequestMethod: "PUT"])
        #expect(answer.status == 204)
        #expect(answer.headers[.accessControlAllowMethods]?.contains("PUT") == true)
        #expect(answer.headers[.accessControlAllowHeaders]?.contains("X-API-Key") == true)
    }

    @Test("without named sites there are no such headers")
    func none() async throws {
        let site = try await TestSite()
        let answer = try await site.send(.get, "/api/health", headers: [.origin: "https://lpr.example.org"])
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
        #expect(answer.headers[.vary]?.contains("Origin") != true)
    }
}
