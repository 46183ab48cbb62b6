import Domain
import Foundation
import Gateway
import HTTPTypes
import Store
import Testing

@testable import HTTPAPI
@testable import Identity

/// `/api/storage`, the keep mark, and what is said when there is no room for pictures.
@Suite struct StorageTests {
    private func full() async throws -> TestSite {
        var options = TestSite.Options()
        options.quota = .bytes(1)
        return try await TestSite(options)
    }

    @Test("A picture is refused by 507 with its own type; the event without it is taken")
    func refusedPicture() async throws {
        let site = try await full()
        let picture = #","image":"\#(SamplePicture.jpegText)""#
        let refused = try await site.send(.post, "/api/lpr/events", as: .device, site.event("e1", extra: picture))
        #expect(refused.status == 507 && refused.code == "no-picture-space")
        #expect(refused.headers[.retryAfter] == "30")
        #expect(refused.string("detail")?.contains("without its pictures") == true)
        let batch = try await site.send(
            .post, "/api/lpr/events/batch", as: .device, "[\(site.event("e2")),\(site.event("e3", extra: picture))]")
        #expect(batch.status == 507 && batch.code == "no-picture-space")
        #expect(try await site.send(.post, "/api/lpr/events", as: .device, site.event("e1")).status == 201)
        #expect(try await site.send(.get, "/api/lpr/events/e2", as: .viewer).status == 404)

        let health = try await site.send(.get, "/api/health", as: .viewer)
        #expect(health.string("status") == "degraded")
        #expect(health.string("components.storage.state") == "failed")
        #expect(health.string("notices.0.code") == "pictures_refused")
        let report = try await site.send(.get, "/api/storage", as: .viewer)
        #expect(report.string("state") == "refusing" && report.string("problem_code") == "refused")
        #expect(report.string("limited_by") == "quota" && report.integer("limit_bytes") == 1)
    }

    @Test("A camera in the field keeps its read")
    func fieldCamera() async throws {
        let site = try await full()
        let body =
            #"{"camera_id":"gate-1","type":"detection_result","created_at":"2026-11-23T01:00:00","#
            + #""ocr_results":["1กก 1"],"image":"\#(SamplePicture.jpegText)"}"#
        let answer = try await site.send(.post, "/api/detection", as: .device, body)
        #expect(answer.status == 201, "\(answer.text)")
        let list = try await site.send(.get, "/api/lpr/events", as: .viewer)
        #expect(list.text.contains("no room for pictures"))
    }

    @Test("The keep mark is set and taken away, and refuses what is no yes or no")
    func keep() async throws {
        let site = try await TestSite()
        let stored = try await site.send(.post, "/api/lpr/events", as: .device, site.event("e1"))
        #expect(stored.bool("keep") == false)
        let kept = try await site.send(.put, "/api/lpr/events/e1", as: .operator, #"{"keep":true}"#)
        #expect(kept.bool("keep") == true)
        // What is absent stays.
        let noted = try await site.send(.put, "/api/lpr/events/e1", as: .operator, #"{"note":"x"}"#)
        #expect(noted.bool("keep") == true)
        #expect(try await site.send(.put, "/api/lpr/events/e1", as: .operator, #"{"keep":"yes"}"#).status == 422)
        let free = try await site.send(.put, "/api/lpr/events/e1", as: .operator, #"{"keep":false}"#)
        #expect(free.bool("keep") == false)
    }

    @Test("A sweep is made when it may be, and refused with the reason when not")
    func sweep() async throws {
        let off = try await TestSite()
        let refused = try await off.send(.post, "/api/storage/sweep", as: .admin, "{}")
        #expect(refused.status == 409 && refused.string("detail")?.contains("storage.quota is 0") == true)

        var options = TestSite.Options()
        options.quota = .bytes(1 << 40)
        let site = try await TestSite(options)
        let picture = #","image":"\#(SamplePicture.jpegText)""#
        let sent = try await site.send(.post, "/api/lpr/events", as: .device, site.event("e1", extra: picture))
        #expect(sent.status == 201)
        #expect(try await site.send(.post, "/api/storage/sweep", as: .admin, "{}").status == 409)
        let keeper = try #require(site.services.storage)
        try await keeper.count(byDevice: true)
        #expect(try await site.send(.post, "/api/storage/sweep", as: .admin, "{}").status == 202)
        #expect(try await site.send(.get, "/api/storage", as: .viewer).bool("sweeping") == true)
        await keeper.tick()
        let plan = try await site.send(.post, "/api/storage/sweep", as: .admin, #"{"dry_run":true}"#)
        #expect(plan.status == 200 && plan.bool("enough") == true)
        #expect(try await site.send(.post, "/api/storage/sweep", as: .admin, #"{"dry":true}"#).status == 422)

        await keeper.sweep(.manual, until: 0)
        let report = try await site.send(.get, "/api/storage", as: .viewer)
        #expect(report.bool("sweeping") == false && report.string("sweeps.0.outcome") == "nothing_left")
        #expect(report.string("sweeps.0.removed.0.kind") == "pictures")
        #expect(report.string("sweeps.1.reason") == "manual" && report.string("sweeps.1.outcome") == "done")
        let event = try await site.send(.get, "/api/lpr/events/e1", as: .viewer)
        #expect(event.string("image_url") == nil && event.string("pictures_removed_at") != nil)
        #expect(try await site.send(.get, "/api/lpr/events/e1/image", as: .viewer).status == 404)
    }
}
