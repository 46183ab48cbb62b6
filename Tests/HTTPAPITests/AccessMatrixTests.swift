import Domain
import HTTPTypes
import Testing

@testable import HTTPAPI
@testable import Identity

/// Who may call what: every route, every caller.
@Suite struct AccessMatrixTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let route: String
        /// What stands for the parameters of the path; `$n` is another number for each caller.
        let path: String
        let body: String
        /// In the order of `TestSite.Caller.allCases`: anonymous, trusted, metrics, other device, device, viewer,
        /// operator, admin.
        let statuses: [Int]

        init(
            _ method: HTTPRequest.Method, _ route: String, _ statuses: [Int], path: String? = nil, body: String = ""
        ) {
            self.method = method
            self.route = route
            self.path = path ?? route
            self.body = body
            self.statuses = statuses
        }

        var testDescription: String { "\(method) \(route)" }
    }

    static let open = [Int](repeating: 200, count: 8)
    static let viewers = [401, 401, 403, 403, 403, 200, 200, 200]
    static let operators = [401, 401, 403, 403, 403, 403, 200, 200]
    static func admins(_ status: Int) -> [Int] { [401, 401, 403, 403, 403, 403, 403, status] }

    static let rows: [Row] = [
        Row(.get, "/api/lpr/events", viewers),
        Row(
            .post, "/api/lpr/events", [401, 201, 403, 403, 201, 403, 201, 201],
            body: #"{"event_id":"new-$n","edge_device_id":"gate-1","license_plate":"1กก 1"}"#),
        Row(
            .post, "/api/lpr/events/batch", [401, 200, 403, 200, 200, 403, 200, 200],
            body: #"[{"event_id":"batch-$n","edge_device_id":"gate-1"}]"#),
        Row(.get, "/api/lpr/events/{event_id}", viewers, path: "/api/lpr/events/e1"),
        Row(.put, "/api/lpr/events/{event_id}", operators, path: "/api/lpr/events/e1", body: #"{"note":"$n"}"#),
        Row(.delete, "/api/lpr/events/{event_id}", admins(204), path: "/api/lpr/events/e1"),
        Row(.get, "/api/lpr/events/{event_id}/image", viewers, path: "/api/lpr/events/e1/image"),
        Row(.get, "/api/lpr/events/{event_id}/plate-image", viewers, path: "/api/lpr/events/e1/plate-image"),
        Row(.get, "/api/lpr/events/{event_id}/thumbnail", viewers, path: "/api/lpr/events/e1/thumbnail"),
        Row(.get, "/api/devices", viewers),
        Row(.post, "/api/devices", admins(201), body: #"{"device_id":"cam-$n"}"#),
        Row(.get, "/api/devices/{device_id}", viewers, path: "/api/devices/gate-1"),
        Row(.put, "/api/devices/{device_id}", admins(200), path: "/api/devices/gate-1", body: #"{"name":"n$n"}"#),
        Row(
            .put, "/api/devices/{device_id}/health", [401, 401, 403, 403, 204, 403, 204, 204],
            path: "/api/devices/gate-1/health", body: #"{"temperature":$n}"#),
        Row(.get, "/api/devices/{device_id}/ssh-keys", admins(200), path: "/api/devices/gate-1/ssh-keys"),
        Row(
            .post, "/api/devices/{device_id}/ssh-keys", admins(201), path: "/api/devices/gate-1/ssh-keys",
            body: """
                {"public_key":"ssh-ed25519 \
                AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA cam"}
                """),
        Row(
            .delete, "/api/devices/{device_id}/ssh-keys/{fingerprint}", admins(404),
            path: "/api/devices/gate-1/ssh-keys/SHA256:x"),
        Row(.get, "/api/files", viewers),
        Row(.delete, "/api/files/{file_id}", [401, 401, 403, 403, 403, 403, 404, 404], path: "/api/files/99"),
        Row(.get, "/api/files/{file_id}/image", [401, 401, 403, 403, 403, 404, 404, 404], path: "/api/files/99/image"),
        Row(
            .get, "/api/files/{file_id}/thumbnail", [401, 401, 403, 403, 403, 404, 404, 404],
            path: "/api/files/99/thumbnail"),
        Row(.get, "/api/statistics", [401, 200, 403, 200, 200, 200, 200, 200]),
        Row(
            .post, "/api/statistics", [401, 201, 403, 403, 201, 403, 201, 201],
            body: #"{"camera_id":"gate-1","type":"detection_result","created_at":"2026-11-23T01:00:0$n"}"#),
        Row(
            .post, "/api/detection", [401, 201, 403, 403, 201, 403, 201, 201],
            body: #"{"camera_id":"gate-1","ocr_results":["1กก $n"],"timestamp":"2026-11-23T08:00:00"}"#),
        Row(
            .post, "/api/health", [401, 200, 403, 403, 200, 403, 200, 200],
            body: #"{"camera_id":"gate-1","cpu_usage":$n}"#),
        Row(
            .post, "/api/cameras/register", [401, 200, 403, 403, 200, 403, 200, 200], body: #"{"camera_id":"gate-1"}"#),
        Row(.get, "/api/test", [401, 200, 403, 200, 200, 403, 200, 200]),
        Row(.get, "/api/communication/stats", viewers),
        Row(.get, "/api/communication/logs", operators),
        Row(.get, "/api/rejected", operators),
        Row(.get, "/api/storage", viewers),
        Row(.post, "/api/storage/sweep", admins(200), body: #"{"dry_run":true}"#),
        Row(.get, "/api/upstream", viewers),
        Row(.get, "/api/upstream/parked", viewers),
        Row(.post, "/api/upstream/parked/{id}/retry", admins(202), path: "/api/upstream/parked/1/retry"),
        Row(.post, "/api/upstream/resync", admins(202), body: #"{"from":"2026-11-20"}"#),
        Row(.get, "/api/health", open),
        Row(.get, "/api/auth/me", open),
        Row(
            .post, "/api/auth/setup", [Int](repeating: 409, count: 8),
            body: #"{"setup_code":"x","username":"a","password":"correct horse battery"}"#),
        Row(.post, "/api/auth/login", open, body: #"{"username":"boss","password":"correct horse battery"}"#),
        Row(.post, "/api/auth/logout", [Int](repeating: 204, count: 8)),
        Row(
            .post, "/api/auth/password", [401, 401, 403, 403, 403, 403, 403, 403],
            body: #"{"current_password":"correct horse battery","new_password":"another horse battery"}"#),
        Row(.post, "/api/auth/ws-ticket", [401, 401, 201, 201, 201, 201, 201, 201]),
        // A key in the header beside a password is refused: it is not clear whose token is wanted.
        Row(
            .post, "/api/auth/token", [200, 200] + [Int](repeating: 422, count: 6),
            body: #"{"username":"boss","password":"correct horse battery"}"#),
        Row(.post, "/api/auth/refresh", [Int](repeating: 401, count: 8), body: #"{"refresh_token":"nonsense"}"#),
        Row(.get, "/api/users", admins(200)),
        Row(
            .post, "/api/users", admins(201),
            body: #"{"username":"user-$n","password":"correct horse battery","role":"viewer"}"#),
        Row(.put, "/api/users/{username}", admins(200), path: "/api/users/ann", body: #"{"role":"operator"}"#),
        Row(.delete, "/api/users/{username}", admins(204), path: "/api/users/ann"),
        Row(.get, "/api/keys", admins(200)),
        Row(.post, "/api/keys", admins(201), body: #"{"name":"k$n","role":"viewer"}"#),
        Row(.put, "/api/keys/{key_id}", admins(404), path: "/api/keys/NOSUCHKEY0", body: #"{"disabled":true}"#),
        Row(.delete, "/api/keys/{key_id}", admins(404), path: "/api/keys/NOSUCHKEY0"),
        Row(.get, "/api/openapi.json", open),
        Row(.get, "/api/docs", open),
    ]

    @Test(arguments: rows) func status(_ row: Row) async throws {
        var options = TestSite.Options()
        options.upstream = FakeUpstreamDesk(parked: [FakeUpstreamDesk.row(1)])
        let site = try await TestSite(options)
        try await site.setUp()
        _ = try await site.services.identity.createUser(
            username: "ann", role: .viewer, password: TestSite.password, by: .console)
        let pictures = #","image":"\#(SamplePicture.jpegText)","plate_image":"\#(SamplePicture.pngText)""#
        let stored = try await site.send(.post, "/api/lpr/events", as: .device, site.event("e1", extra: pictures))
        #expect(stored.status == 201, "\(stored.text)")
        for (number, caller) in TestSite.Caller.allCases.enumerated() {
            let body = row.body.replacing("$n", with: "\(number)")
            let answer = try await site.send(row.method, row.path, as: caller, body)
            #expect(answer.status == row.statuses[number], "\(caller): \(answer.text)")
            #expect(answer.headers[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true)
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.requestID] == "request-1")
            if answer.status >= 400 {
                #expect(answer.headers[.contentType] == "application/problem+json")
                #expect(answer.integer("status") == Int64(answer.status))
                #expect(answer.code.map { Problem.Code(rawValue: $0) } != nil)
            }
            if answer.status == 401 { #expect(answer.headers[.wwwAuthenticate] == "Bearer") }
        }
    }

    @Test func matrixIsComplete() async throws {
        let site = try await TestSite()
        let routes = Set(site.responder.table.routes.map { "\($0.method) \($0.path)" })
        #expect(routes == Set(Self.rows.map(\.testDescription)))
    }

    @Test func deviceSendsOnlyItsOwn() async throws {
        let site = try await TestSite()
        let answer = try await site.send(
            .post, "/api/lpr/events/batch", as: .device, "[\(site.event("a", device: "gate-2")),\(site.event("b"))]")
        #expect(answer.status == 200)
        #expect(answer.string("results.0.status") == "rejected")
        #expect(answer.string("results.1.status") == "created")
        let health = try await site.send(.put, "/api/devices/gate-2/health", as: .device, "{}")
        #expect(health.status == 403)
    }

    @Test func disabledDeviceIsRefused() async throws {
        let site = try await TestSite()
        _ = try await site.send(.post, "/api/lpr/events", as: .device, site.event("a"))
        let disabled = try await site.send(.put, "/api/devices/gate-1", as: .admin, #"{"status":"disabled"}"#)
        #expect(disabled.string("status") == "disabled")
        #expect(try await site.send(.post, "/api/lpr/events", as: .device, site.event("b")).status == 403)
        #expect(try await site.send(.post, "/api/lpr/events", as: .operator, site.event("b")).status == 403)
        #expect(try await site.send(.post, "/api/lpr/events", as: .trusted, site.event("b")).status == 403)
        _ = try await site.send(.put, "/api/devices/gate-1", as: .admin, #"{"status":"active"}"#)
        #expect(try await site.send(.post, "/api/lpr/events", as: .device, site.event("b")).status == 201)
    }
}
