import Domain
import HTTPTypes
import Testing

@testable import HTTPAPI
@testable import Identity

/// Cameras in the field over plain REST: they look at the status and at nothing else.
@Suite struct FieldCameraTests {
    private func detection(
        _ camera: String = "gate-1", plates: String = #"["1กก 1234"]"#, createdAt: String = "2026-11-23T01:00:00",
        more: String = ""
    ) -> String {
        """
        {"type":"detection_result","camera_id":"\(camera)","checkpoint_id":"CP-3","created_at":"\(createdAt)",
         "timestamp":"2026-11-23T08:00:01","ocr_results":\(plates),"original_image":"\(SamplePicture.jpegText)"\(more)}
        """
    }

    @Test(arguments: ["/api/statistics", "/api/detection"])
    func detections(path: String) async throws {
        let site = try await TestSite()
        let body = detection("gate-7", plates: #"["1กก 1234","2ขค 5678"]"#)
        let first = try await site.send(.post, path, as: .trusted, body)
        #expect(first.status == 201, "\(first.text)")
        #expect(first.string("status") == "success")
        #expect(first.value("results") == ["created", "created"])
        let again = try await site.send(
            .post, path, as: .trusted, body.replacing("2026-11-23T08:00:01", with: "2026-11-23T09:00:00"))
        #expect(again.status == 200, "\(again.text)")
        #expect(again.string("result") == "duplicate")
        #expect(again.value("event_ids") == first.value("event_ids"))
        let page = try await site.send(.get, "/api/lpr/events", as: .viewer)
        #expect(page.value("events")?.arrayValue?.count == 2)
        #expect(page.string("events.0.captured_at") == "2026-11-23T01:00:00.000Z")
        #expect(page.string("events.0.sent_at") == "2026-11-23T01:00:01.000Z")
        #expect(page.string("events.0.frame_id") == page.string("events.1.frame_id"))
        #expect(page.string("events.0.metadata.checkpoint") == "CP-3")
        let device = try await site.send(.get, "/api/devices/gate-7", as: .viewer)
        #expect(device.string("checkpoint") == "CP-3")
        let conflict = try await site.send(
            .post, path, as: .trusted, body.replacing(SamplePicture.jpegText, with: SamplePicture.pngText))
        #expect(conflict.status == 200)
        #expect(conflict.string("result") == "conflict")
        let rejected = try await site.send(.get, "/api/rejected", as: .operator)
        #expect(rejected.string("rejected.0.reason")?.contains("other content") == true)
    }

    @Test func oneOfTwoPlatesDeletedLeavesThePicture() async throws {
        let site = try await TestSite()
        let sent = try await site.send(
            .post, "/api/detection", as: .device, detection(plates: #"["1กก 1234","2ขค 5678"]"#))
        let first = try #require(sent.string("event_ids.0"))
        let second = try #require(sent.string("event_ids.1"))
        #expect(try await site.send(.delete, "/api/lpr/events/\(first)", as: .admin).status == 204)
        #expect(try await site.send(.get, "/api/lpr/events/\(second)/image", as: .viewer).bytes == SamplePicture.jpeg)
        #expect(try await site.send(.get, "/api/lpr/events/\(second)/thumbnail", as: .viewer).status == 200)
        #expect(try await site.send(.delete, "/api/lpr/events/\(second)", as: .admin).status == 204)
    }

    @Test(arguments: ["/api/statistics", "/api/health"])
    func health(path: String) async throws {
        let site = try await TestSite()
        let body = #"{"type":"health_status","camera_id":"gate-7","checkpoint_id":"CP-3","cpu_usage":12.5}"#
        let answer = try await site.send(.post, path, as: .trusted, body)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.string("status") == "success")
        let device = try await site.send(.get, "/api/devices/gate-7", as: .viewer)
        #expect(device.value("health.cpu_usage")?.doubleValue == 12.5)
        #expect(device.value("online") == .bool(true))
        #expect(device.string("checkpoint") == "CP-3")
        #expect(try await site.send(.get, "/api/lpr/events", as: .viewer).value("events") == [])
    }

    @Test func registration() async throws {
        let site = try await TestSite()
        for _ in 0..<2 {
            let answer = try await site.send(
                .post, "/api/cameras/register", as: .trusted,
                #"{"camera_id":"กล้องหน้า","checkpoint_id":"CP-3","timestamp":"2026-11-23T08:00:00"}"#)
            #expect(answer.status == 200, "\(answer.text)")
        }
        let devices = try await site.send(.get, "/api/devices", as: .viewer)
        #expect(devices.value("devices")?.arrayValue?.count == 1)
        #expect(devices.string("devices.0.name") == "กล้องหน้า")
        #expect(devices.string("devices.0.checkpoint") == "CP-3")
    }

    @Test func theProbeTellsCamerasNothing() async throws {
        let site = try await TestSite()
        for caller in [TestSite.Caller.trusted, .device] {
            for path in ["/api/statistics", "/api/statistics?bucket=day", "/api/test"] {
                let answer = try await site.send(.get, path, as: caller)
                #expect(answer.status == 200)
                #expect(answer.json == ["status": "success"])
            }
        }
        #expect(try await site.send(.get, "/api/statistics", as: .viewer).integer("total.events") == 0)
        #expect(try await site.send(.get, "/api/statistics?bucket=week", as: .viewer).status == 422)
    }

    @Test(arguments: [
        ("/api/statistics", "[", 400), ("/api/statistics", "[]", 400), ("/api/statistics", "{}", 400),
        ("/api/statistics", #"{"camera_id":"x","hello":1}"#, 400),
        ("/api/statistics", #"{"type":"detection_result"}"#, 422), ("/api/detection", #"{"status":"ok"}"#, 400),
        ("/api/health", #"{"status":"ok"}"#, 422), ("/api/health", "7", 400), ("/api/cameras/register", "{}", 422),
    ])
    func whatIsNoMessageIsKept(path: String, body: String, status: Int) async throws {
        let site = try await TestSite()
        let answer = try await site.send(.post, path, as: .trusted, body)
        #expect(answer.status == status, "\(answer.text)")
        let rejected = try await site.send(.get, "/api/rejected", as: .operator)
        #expect(rejected.string("rejected.0.payload") == body)
    }

    @Test func bounds() async throws {
        var options = TestSite.Options()
        options.bodyLimit = 100_000
        let site = try await TestSite(options)
        let large = String(repeating: "x", count: 100_000)
        for path in ["/api/statistics", "/api/detection", "/api/health", "/api/cameras/register"] {
            #expect(try await site.send(.post, path, as: .trusted, #"{"camera_id":"\#(large)"}"#).status == 413)
        }
        let health = String(repeating: "x", count: RequestLimits.healthBody)
        #expect(try await site.send(.post, "/api/health", as: .trusted, #"{"status":"\#(health)"}"#).status == 413)
    }

    @Test func aDeviceHasItsRate() async throws {
        var options = TestSite.Options()
        options.deviceRate = 3
        let site = try await TestSite(options)
        #expect(
            try await site.send(.post, "/api/detection", as: .device, detection(plates: #"["1","2"]"#)).status == 201)
        #expect(
            try await site.send(.post, "/api/detection", as: .device, detection(plates: #"["3","4"]"#)).status == 429)
    }

    @Test func aDisabledCameraIsRefused() async throws {
        let site = try await TestSite()
        _ = try await site.send(.post, "/api/detection", as: .trusted, detection("gate-7"))
        _ = try await site.send(.put, "/api/devices/gate-7", as: .admin, #"{"status":"disabled"}"#)
        for path in ["/api/statistics", "/api/detection", "/api/health", "/api/cameras/register"] {
            #expect(
                try await site.send(.post, path, as: .trusted, #"{"camera_id":"gate-7","type":"detection_result"}"#)
                    .status == 403, "\(path)")
        }
    }

    @Test func aKeyFillsInForACameraThatIsNotNamed() async throws {
        let site = try await TestSite()
        let sent = try await site.send(
            .post, "/api/detection", as: .device, #"{"type":"detection_result","ocr_results":["1กก 1"]}"#)
        #expect(sent.status == 201)
        #expect(try await site.send(.get, "/api/devices/gate-1", as: .viewer).integer("events_today") == 1)
    }
}
