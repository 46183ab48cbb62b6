import Domain
import Foundation
import HTTPTypes
import Store
import Testing

@testable import HTTPAPI
@testable import Identity

@Suite struct ResourceTests {
    @Test func healthTellsMoreAfterLogin() async throws {
        let site = try await TestSite()
        let open = try await site.send(.get, "/api/health")
        #expect(open.string("status") == "ok")
        #expect(open.json.members.map(\.name) == ["status", "version", "uptime_seconds"])
        #expect(try await site.send(.get, "/api/health", as: .device).json.count == 3)
        let full = try await site.send(.get, "/api/health", as: .viewer)
        for name in ["database", "disk", "media"] {
            #expect(full.string("components.\(name).state") == "ok")
            #expect(full.string("components.\(name).since") != nil)
            #expect(full.value("components.\(name).last_error") == .null)
        }
        #expect(full.integer("components.database.size_bytes") ?? 0 > 0)
        #expect(full.integer("components.disk.total_bytes") ?? 0 > 0)
        #expect(full.value("notices") == .array([]))
    }

    @Test func healthRemembersWhatFailed() async throws {
        let site = try await TestSite()
        _ = try await site.send(.get, "/api/health", as: .viewer)
        try FileManager.default.moveItem(atPath: site.directory + "/images", toPath: site.directory + "/away")
        site.advance(.seconds(60))
        let ill = try await site.send(.get, "/api/health", as: .viewer)
        #expect(ill.string("status") == "degraded")
        #expect(ill.string("components.media.state") == "failed")
        #expect(ill.string("components.media.since") == (TestSite.start + .seconds(60)).rfc3339)
        try FileManager.default.moveItem(atPath: site.directory + "/away", toPath: site.directory + "/images")
        let well = try await site.send(.get, "/api/health", as: .viewer)
        #expect(well.string("components.media.state") == "ok")
        #expect(well.string("components.media.last_error")?.isEmpty == false)
    }

    @Test func healthTellsOfADamagedDatabase() async throws {
        var options = TestSite.Options()
        options.foundDatabase = [UInt8](repeating: 0x41, count: 20_000)
        let site = try await TestSite(options)
        let health = try await site.send(.get, "/api/health", as: .viewer)
        #expect(health.string("status") == "degraded")
        #expect(health.string("notices.0.code") == "database_recovered")
        let message = try #require(health.string("notices.0.message"))
        #expect(message.contains("appliance.sqlite.damaged-20261123T"))
        #expect(message.contains("the newest backup is none."))
        #expect(!message.contains(site.directory))
        let open = try await site.send(.get, "/api/health")
        #expect(open.string("status") == "degraded")
        #expect(!open.text.contains("damaged"))
        #expect(try await site.send(.post, "/api/lpr/events", as: .device, site.event("a")).status == 201)
    }

    @Test func devices() async throws {
        let site = try await TestSite()
        let body = #"{"device_id":"north","name":" ประตูเหนือ ","hostname":"cam-n","site":"A","checkpoint":"1"}"#
        let made = try await site.send(.post, "/api/devices", as: .admin, body)
        #expect(made.status == 201)
        #expect(made.headers[.location] == "/api/devices/north")
        #expect(made.string("device.name") == "ประตูเหนือ")
        #expect(made.value("device.online") == .bool(false))
        let key = try #require(made.string("api_key"))
        #expect(try await site.send(.post, "/api/devices", as: .admin, body).code == "already-exists")
        let keys = try await site.send(.get, "/api/keys?device=north", as: .admin)
        #expect(keys.value("keys")?.arrayValue?.count == 1)
        let sent = try await site.send(
            .post, "/api/lpr/events", headers: [.apiKey: key], site.event("a", device: "north"))
        #expect(sent.status == 201)
        let health = try await site.send(
            .put, "/api/devices/north/health", headers: [.apiKey: key], #"{"temperature":41.5}"#)
        #expect(health.status == 204)
        let device = try await site.send(.get, "/api/devices/north", as: .viewer)
        #expect(device.value("health.temperature")?.doubleValue == 41.5)
        #expect(device.value("online") == .bool(true))
        #expect(device.string("ip_address") == "192.0.2.1")
        #expect(device.string("last_seen") != nil)
        #expect(device.integer("events_today") == 1)
        #expect(device.value("protocols") == ["http"])
        let changed = try await site.send(.put, "/api/devices/north", as: .admin, #"{"name":null,"site":"B"}"#)
        #expect(changed.value("name") == .null)
        #expect(changed.string("site") == "B")
        #expect(changed.string("checkpoint") == "1")
        #expect(try await site.send(.put, "/api/devices/south", as: .admin, "{}").status == 404)
        #expect(try await site.send(.put, "/api/devices/south/health", as: .operator, "{}").status == 404)
        for body in ["[]", "5", "{"] {
            #expect(try await site.send(.put, "/api/devices/north/health", as: .operator, body).status == 400)
        }
    }

    /// Ten o'clock in Bangkok: the day began at 17:00 UTC of the day before.
    @Test func eventsTodayBeginAtTheSitesMidnight() async throws {
        let site = try await TestSite()
        for (id, time) in [
            ("before", "2026-11-22T16:59:59Z"), ("first", "2026-11-22T17:00:00Z"), ("later", "2026-11-23T02:59:00Z"),
        ] {
            _ = try await site.send(
                .post, "/api/lpr/events", as: .device, site.event(id, extra: #","captured_at":"\#(time)""#))
        }
        #expect(try await site.send(.get, "/api/devices/gate-1", as: .viewer).integer("events_today") == 2)
        #expect(try await site.send(.get, "/api/devices", as: .viewer).integer("devices.0.events_today") == 2)
        let days = try await site.send(.get, "/api/statistics?bucket=day&from=2026-11-21T17:00:00Z", as: .viewer)
        #expect(days.value("buckets")?.arrayValue?.count == 2)
        #expect(days.string("buckets.1.start") == "2026-11-22T17:00:00.000Z")
        #expect(days.integer("buckets.0.events") == 1)
        #expect(days.integer("buckets.1.events") == 2)
        #expect(days.integer("total.events") == 3)
        #expect(days.integer("total.unique_plates") == 1)
        #expect(days.value("total.read_rate")?.doubleValue == 1)
        let other = try await site.send(.get, "/api/statistics?device=gate-2", as: .viewer)
        #expect(other.integer("total.events") == 0)
        #expect(other.value("total.read_rate") == .null)
    }

    @Test func communication() async throws {
        let site = try await TestSite()
        _ = try await site.send(.post, "/api/lpr/events", as: .device, site.event("a"))
        _ = try await site.send(.post, "/api/lpr/events", as: .trusted, site.event("b", device: "gate-7"))
        _ = try await site.send(.post, "/api/lpr/events", as: .device, #"{"confidence":3}"#)
        let statistics = try await site.send(.get, "/api/communication/stats?window=24h", as: .viewer)
        #expect(statistics.string("protocols.0.protocol") == "http")
        #expect(statistics.integer("protocols.0.messages") == 3)
        #expect(statistics.integer("protocols.0.failures") == 1)
        #expect(statistics.string("protocols.0.last_error")?.contains("confidence") == true)
        #expect(statistics.value("protocols.0.latency_ms.p99")?.doubleValue != nil)
        let logs = try await site.send(.get, "/api/communication/logs", as: .operator)
        #expect(logs.value("logs")?.arrayValue?.count == 3)
        let trusted = try await site.send(.get, "/api/communication/logs?device=gate-7", as: .operator)
        #expect(trusted.value("logs.0.trusted_network") == .bool(true))
        let failed = try await site.send(.get, "/api/communication/logs?success=false&protocol=http", as: .operator)
        #expect(failed.value("logs")?.arrayValue?.count == 1)
        let first = try await site.send(.get, "/api/communication/logs?limit=2", as: .operator)
        let next = try #require(first.string("next"))
        let second = try await site.send(.get, "/api/communication/logs?limit=2&cursor=\(next)", as: .operator)
        #expect(second.value("logs")?.arrayValue?.count == 1)
        #expect(second.value("next") == .null)
        let rejected = try await site.send(.get, "/api/rejected?limit=1", as: .operator)
        #expect(rejected.string("rejected.0.reason")?.contains("confidence") == true)
        #expect(rejected.string("rejected.0.payload") == #"{"confidence":3}"#)
    }

    @Test func adminSocket() async throws {
        let site = try await TestSite()
        func ask(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async throws -> TestSite.Answer {
            try await site.send(method, "/admin" + path, bytes: Array(body.utf8), address: "local", isAdmin: true)
        }
        let code = try await ask(.post, "/setup-code")
        #expect(code.status == 200)
        #expect(code.string("setup_code")?.count == 19)
        #expect(code.integer("expires_in_seconds") == 1_800)
        let user = try await ask(
            .post, "/users", #"{"username":"boss","role":"admin","password":"correct horse battery"}"#)
        #expect(user.status == 201)
        #expect(try await ask(.post, "/setup-code").code == "already-set-up")
        #expect(try await ask(.get, "/users").string("users.0.username") == "boss")
        for _ in 0..<5 {
            _ = try await site.send(.post, "/api/auth/login", #"{"username":"boss","password":"wrong wrong wrong"}"#)
        }
        let login = #"{"username":"boss","password":"another horse battery"}"#
        #expect(try await site.send(.post, "/api/auth/login", login).status == 429)
        #expect(try await ask(.put, "/users/boss/password", #"{"password":"another horse battery"}"#).status == 200)
        #expect(try await site.send(.post, "/api/auth/login", login).status == 200)
        let device = try await ask(.post, "/devices", #"{"device_id":"gate-9","name":"x"}"#)
        #expect(device.status == 201)
        #expect(try await ask(.post, "/devices", #"{"device_id":"gate-9"}"#).status == 409)
        let renewed = try await ask(.post, "/devices", #"{"device_id":"gate-9","renew_key":true}"#)
        #expect(renewed.status == 201)
        #expect(renewed.string("api_key") != device.string("api_key"))
        #expect(try await ask(.post, "/devices", #"{"device_id":"gate-10","renew_key":true}"#).status == 404)
        #expect(try await ask(.get, "/devices").string("devices.0.device_id") == "gate-9")
        #expect(try await ask(.post, "/keys", #"{"name":"m","role":"metrics"}"#).string("api_key") != nil)
        let backup = try #require(try await ask(.post, "/backup").string("path"))
        #expect(FileManager.default.fileExists(atPath: backup))
        #expect(try await ask(.get, "/status").string("components.database.state") == "ok")
        #expect(try await ask(.get, "/").status == 404)
        #expect(try await site.send(.get, "/api/health", bytes: [], isAdmin: true).status == 404)
    }
}
