import Domain
import HTTPTypes
import Store
import Synchronization
import Testing

@testable import HTTPAPI
@testable import Identity

/// What broken and hostile senders send.
@Suite struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let body: String
        let status: Int
        let field: String?

        init(_ name: String, _ body: String, _ status: Int, _ field: String? = nil) {
            self.name = name
            self.body = body
            self.status = status
            self.field = field
        }

        var testDescription: String { name }
    }

    static let device = #""edge_device_id":"gate-1""#
    static let cases: [Case] = [
        Case("empty", "", 400), Case("broken", "{\"event_id\":", 400), Case("no object", "[]", 400),
        Case("number", "17", 400), Case("two values", "{}{}", 400), Case("single quotes", "{'a':1}", 400),
        Case("not a number", #"{\#(device),"confidence":NaN}"#, 400),
        Case("same member twice", #"{\#(device),\#(device)}"#, 400),
        Case("deep", String(repeating: "[", count: 5_000), 400),
        Case("lone surrogate", #"{\#(device),"province":"\ud800"}"#, 400),
        Case("no device", #"{"license_plate":"1กก 1"}"#, 422, "edge_device_id"),
        Case("device is a number", #"{"edge_device_id":5}"#, 422, "edge_device_id"),
        Case("device is a path", #"{"edge_device_id":"../x"}"#, 422, "edge_device_id"),
        Case("device of 51", #"{"edge_device_id":"\#(String(repeating: "a", count: 51))"}"#, 422, "edge_device_id"),
        Case("id with a space", #"{\#(device),"event_id":"a b"}"#, 422, "event_id"),
        Case("empty id", #"{\#(device),"event_id":""}"#, 422, "event_id"),
        Case("plate of 20", #"{\#(device),"license_plate":"\#(String(repeating: "ก", count: 20))"}"#, 201),
        Case(
            "plate of 21", #"{\#(device),"license_plate":"\#(String(repeating: "ก", count: 21))"}"#, 422,
            "license_plate"),
        Case("plate is an array", #"{\#(device),"license_plate":["1"]}"#, 422, "license_plate"),
        Case("NUL in the plate", #"{\#(device),"license_plate":"a\u0000b"}"#, 422, "license_plate"),
        Case("unknown province", #"{\#(device),"province":"Atlantis"}"#, 201),
        Case("confidence 1.2", #"{\#(device),"confidence":1.2}"#, 422, "confidence"),
        Case("confidence -0.1", #"{\#(device),"confidence":-0.1}"#, 422, "confidence"),
        Case("confidence 1e999", #"{\#(device),"confidence":1e999}"#, 422, "confidence"),
        Case("confidence as text", #"{\#(device),"confidence":"0.9"}"#, 422, "confidence"),
        Case("in two days", #"{\#(device),"captured_at":"2026-11-25T04:00:00Z"}"#, 422, "captured_at"),
        Case("in an hour", #"{\#(device),"captured_at":"2026-11-23T04:00:00Z"}"#, 201),
        Case("in 1999", #"{\#(device),"captured_at":"1999-12-31T23:59:59Z"}"#, 422, "captured_at"),
        Case("no zone", #"{\#(device),"captured_at":"2026-11-23T03:00:00"}"#, 422, "captured_at"),
        Case("30th of February", #"{\#(device),"captured_at":"2026-02-30T03:00:00Z"}"#, 422, "captured_at"),
        Case("no picture", #"{\#(device),"image":"aGVsbG8="}"#, 422, "image"),
        Case("no base64", #"{\#(device),"image":"!!!"}"#, 422, "image"),
        Case("path with ..", #"{\#(device),"image_path":"a/../../etc/passwd"}"#, 422, "image_path"),
        Case("path with a backslash", #"{\#(device),"image_path":"a\\b"}"#, 422, "image_path"),
        Case(
            "path beside picture", #"{\#(device),"image_path":"a","image":"\#(SamplePicture.pngText)"}"#, 422,
            "image_path"),
        Case("metadata is a text", #"{\#(device),"metadata":"x"}"#, 422, "metadata"),
        Case(
            "much metadata", #"{\#(device),"metadata":{"a":"\#(String(repeating: "x", count: 70_000))"}}"#, 422,
            "metadata"),
    ]

    @Test(arguments: cases) func event(_ testCase: Case) async throws {
        let site = try await TestSite()
        let answer = try await site.send(.post, "/api/lpr/events", as: .operator, testCase.body)
        #expect(answer.status == testCase.status, "\(answer.text)")
        if let field = testCase.field { #expect(answer.fieldsInError == [field], "\(answer.text)") }
        let rejected = try await site.send(.get, "/api/rejected", as: .operator)
        let kept = rejected.value("rejected")?.arrayValue?.count
        #expect(kept == (testCase.status == 201 ? 0 : 1))
        let events = try await site.send(.get, "/api/lpr/events", as: .viewer)
        #expect(events.value("events")?.arrayValue?.count == (testCase.status == 201 ? 1 : 0))
    }

    @Test func invalidUTF8() async throws {
        let site = try await TestSite()
        let body = Array(#"{"edge_device_id":"gate-1","license_plate":""#.utf8) + [0xFF, 0xC0] + Array("\"}".utf8)
        let answer = try await site.send(.post, "/api/lpr/events", as: .device, bytes: body)
        #expect(answer.status == 400)
        let rejected = try await site.send(.get, "/api/rejected", as: .operator)
        #expect(rejected.string("rejected.0.payload")?.contains("\u{FFFD}") == true)
        #expect(rejected.integer("rejected.0.payload_bytes") == Int64(body.count))
    }

    @Test func unknownProvinceIsKept() async throws {
        let site = try await TestSite()
        let answer = try await site.send(
            .post, "/api/lpr/events", as: .device, site.event("a", extra: #","province":"Atlantis""#))
        #expect(answer.string("province") == "Atlantis")
        #expect(answer.value("province_code") == .null)
    }

    @Test func largeBodies() async throws {
        let site = try await TestSite()
        let large = [UInt8](repeating: 0x20, count: 20 << 20)
        for path in ["/api/lpr/events", "/api/lpr/events/batch"] {
            let answer = try await site.send(.post, path, as: .device, bytes: large)
            #expect(answer.status == 413)
            #expect(answer.code == "too-large")
            // Who keeps connections for others, as proxies do, must not send the next request over this one.
            #expect(answer.headers[.connection] == "close")
        }
        #expect(site.closings.count.load(ordering: .relaxed) == 2)
        let announced = try await site.send(
            .post, "/api/auth/login", headers: [.contentLength: "99999999999"], "{}")
        #expect(announced.status == 413)
        let health = try await site.send(
            .put, "/api/devices/gate-1/health", as: .device, #"{"a":"\#(String(repeating: "x", count: 17_000))"}"#)
        #expect(health.status == 413)
    }

    /// As text, exactly as it was sent: the page shows it as text, and no SQL is made of it.
    @Test(arguments: [
        "'; DROP TABLE lpr_events; --", "<script>alert(1)</script>", "\" OR 1=1", "%_*?[", "🚗", "a\\b", "‮rtl",
    ])
    func hostileText(_ text: String) async throws {
        let site = try await TestSite()
        let quoted = JSONValue.string(text).text
        let plate = JSONValue.string(String(text.prefix(20))).text
        let body = """
            {"event_id":"a","edge_device_id":"gate-1","license_plate":\(plate),"province":\(quoted),"frame_id":\(quoted),
            "metadata":{"m":\(quoted)},"unknown":\(quoted)}
            """
        #expect(try await site.send(.post, "/api/lpr/events", as: .device, body).status == 201)
        _ = try await site.send(.put, "/api/lpr/events/a", as: .operator, #"{"note":\#(quoted)}"#)
        let device = try await site.send(
            .put, "/api/devices/gate-1", as: .admin,
            #"{"name":\#(quoted),"hostname":\#(quoted),"site":\#(quoted),"checkpoint":\#(quoted)}"#)
        for name in ["name", "hostname", "site", "checkpoint"] { #expect(device.string(name) == text) }
        let event = try await site.send(.get, "/api/lpr/events/a", as: .viewer)
        #expect(event.string("license_plate") == String(text.prefix(20)))
        for path in ["province", "frame_id", "note", "metadata.m", "metadata.extra.unknown"] {
            #expect(event.string(path) == text, "\(path)")
        }
        let escaped = text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        for name in ["plate", "search", "device", "province"] {
            let answer = try await site.send(.get, "/api/lpr/events?\(name)=\(escaped)", as: .viewer)
            #expect([200, 422].contains(answer.status), "\(name): \(answer.text)")
        }
        #expect(try await site.send(.get, "/api/devices/\(escaped)", as: .viewer).status == 404)
    }

    @Test func duplicates() async throws {
        let site = try await TestSite()
        let first = try await site.send(.post, "/api/lpr/events", as: .device, site.event("a"))
        let again = try await site.send(.post, "/api/lpr/events", as: .device, site.event("a"))
        let other = try await site.send(.post, "/api/lpr/events", as: .device, site.event("a", plate: "2ขข 9"))
        #expect((first.status, again.status, other.status) == (201, 200, 409))
        #expect(first.bytes == again.bytes)
        #expect(first.headers[.location] == "/api/lpr/events/a")
        let page = try await site.send(.get, "/api/lpr/events", as: .viewer)
        #expect(page.value("events")?.arrayValue?.count == 1)
    }

    @Test func batchWithBadLines() async throws {
        let site = try await TestSite()
        let lines = [
            site.event("a"), "{broken", site.event("b", plate: String(repeating: "x", count: 21)), "", site.event("c"),
            site.event("a"), site.event("c", plate: "9กก 9"), "[1]",
        ]
        let answer = try await site.send(
            .post, "/api/lpr/events/batch", as: .device, lines.joined(separator: "\n"))
        #expect(answer.status == 200)
        let statuses = answer.value("results")?.arrayValue?.compactMap { $0.objectValue?["status"]?.stringValue }
        #expect(statuses == ["created", "rejected", "rejected", "created", "duplicate", "rejected", "rejected"])
        #expect(answer.integer("created") == 2)
        #expect(answer.integer("duplicates") == 1)
        #expect(answer.integer("rejected") == 4)
        #expect(answer.string("results.2.errors.0.field") == "license_plate")
        let many = (0...1_000).map { site.event("x\($0)") }.joined(separator: "\n")
        #expect(try await site.send(.post, "/api/lpr/events/batch", as: .device, many).status == 413)
        #expect(try await site.send(.post, "/api/lpr/events/batch", as: .device, " \n ").status == 400)
        #expect(try await site.send(.post, "/api/lpr/events/batch", as: .device, "[1,").status == 400)
    }

    @Test func tenThousandDevices() async throws {
        let site = try await TestSite()
        try await site.store.write { writing in
            for number in 0..<10_000 {
                try writing.register(
                    EdgeDevice(
                        deviceID: "cam-\(10_000 + number)", createdAt: writing.now, updatedAt: writing.now))
            }
        }
        var cursor = ""
        var seen: [String] = []
        repeat {
            let answer = try await site.send(.get, "/api/devices?limit=500\(cursor)", as: .viewer)
            let devices = answer.value("devices")?.arrayValue ?? []
            #expect(devices.count <= 500)
            seen += devices.compactMap { $0.objectValue?["device_id"]?.stringValue }
            cursor = answer.string("next").map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        #expect(seen == (0..<10_000).map { "cam-\(10_000 + $0)" })
    }

    @Test(arguments: [
        (
            "POST", "/api/users", #"{"username":"x","password":"correct horse battery","role":"viewer","admin":true}"#,
            "admin"
        ),
        ("POST", "/api/users", #"{"username":"x","password":"short","role":"viewer"}"#, "password"),
        ("POST", "/api/users", #"{"username":"a b","password":"correct horse battery","role":"viewer"}"#, "username"),
        ("POST", "/api/users", #"{"username":"x","password":"correct horse battery","role":"god"}"#, "role"),
        ("POST", "/api/users", #"{"username":"x","password":"correct horse battery","role":"device"}"#, "role"),
        ("POST", "/api/users", #"{"username":"x","password":"correct horse battery"}"#, "role"),
        ("POST", "/api/keys", #"{"name":"x","role":"viewer","device_id":"gate-1"}"#, "device_id"),
        ("POST", "/api/keys", #"{"name":"x","role":"device"}"#, "device_id"),
        ("POST", "/api/keys", #"{"name":"x","role":"viewer","expires_at":"2020-01-01T00:00:00Z"}"#, "expires_at"),
        ("POST", "/api/keys", #"{"role":"viewer"}"#, "name"),
        ("POST", "/api/keys", #"{"name":"a\nb","role":"viewer"}"#, "name"),
        ("POST", "/api/devices", #"{"device_id":"../etc"}"#, "device_id"),
        ("POST", "/api/devices", #"{"device_id":".x"}"#, "device_id"),
        ("POST", "/api/devices", #"{"name":"x"}"#, "device_id"),
        ("POST", "/api/devices", #"{"device_id":"x","status":"disabled"}"#, "status"),
        ("POST", "/api/devices", #"{"device_id":"x","name":5}"#, "name"),
        ("PUT", "/api/devices/gate-1", #"{"status":"gone"}"#, "status"),
        ("PUT", "/api/devices/gate-1", #"{"device_id":"x"}"#, "device_id"),
        ("PUT", "/api/lpr/events/e", #"{"confidence":1}"#, "confidence"),
        ("PUT", "/api/lpr/events/e", #"{"license_plate":"123456789012345678901"}"#, "license_plate"),
        ("GET", "/api/statistics?bucket=week", "", "bucket"),
        ("GET", "/api/statistics?from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z", "", "to"),
        ("GET", "/api/statistics?from=1990-01-01T00:00:00Z", "", "from"),
        ("GET", "/api/communication/stats?window=2h", "", "window"),
        ("GET", "/api/communication/logs?protocol=telnet", "", "protocol"),
        ("GET", "/api/communication/logs?cursor=-5", "", "cursor"),
        ("GET", "/api/rejected?limit=501", "", "limit"),
        ("GET", "/api/devices?limit=0", "", "limit"),
        ("GET", "/api/keys?cursor=nonsense", "", "cursor"),
        ("GET", "/api/lpr/events?cursor=zzz", "", "cursor"),
        ("GET", "/api/lpr/events?from=yesterday", "", "from"),
        ("GET", "/api/lpr/events?min_confidence=2", "", "min_confidence"),
        ("GET", "/api/lpr/events?limit=x", "", "limit"),
        ("GET", "/api/lpr/events?plate=--", "", "plate"),
        ("GET", "/api/lpr/events?nonsense=1", "", "nonsense"),
        ("GET", "/api/lpr/events?device=%ff", "", "query"),
    ])
    func wrongFields(_ method: String, _ path: String, _ body: String, _ field: String) async throws {
        let site = try await TestSite()
        let answer = try await site.send(try #require(HTTPRequest.Method(method)), path, as: .admin, body)
        #expect(answer.status == 422, "\(answer.text)")
        #expect(answer.fieldsInError == [field], "\(answer.text)")
    }
}
