import Domain
import Store
import TestSupport
import Testing
import Upstream

/// Epochs, walks, devices, pictures and reports.
@Suite(.enabled(if: PostgresServer.isInstalled)) struct SessionTests {
    @Test func epochsFollowEachOtherByCompareAndSet() async throws {
        let (first, second, stale, after) = try await blocking {
            let centre = try Centre()
            let session = try centre.session()
            let first = try session.hello()
            _ = try session.beginEpoch(expectedEpoch: 0, watermark: 0, openingID: "a")
            let second = try session.beginEpoch(
                expectedEpoch: 1, watermark: 70, openingID: "b", backfillThrough: 500,
                backfillFrom: Instant(seconds: 86_400))
            let stale = try [
                failure { _ = try session.beginEpoch(expectedEpoch: 1, watermark: 0, openingID: "c") },
                failure { try session.apply(.feed(70, 71, events: [.sample("a")], epoch: 1)) },
                failure { _ = try session.beginBackfill(epoch: 1, through: 1, from: nil) },
            ]
            return (first, second, stale, try session.hello())
        }
        #expect(first == SiteRecord(siteID: "gate", epoch: 0, watermark: 0, openingID: nil))
        #expect(
            second
                == SiteRecord(
                    siteID: "gate", epoch: 2, watermark: 70, openingID: "b",
                    backfill: .init(after: 0, through: 500, from: Instant(seconds: 86_400))))
        #expect(after == second)
        #expect(stale.map(\.kind) == [.conflict, .conflict, .conflict])
    }

    @Test func aWalkMovesItsOwnCursor() async throws {
        let (middle, stale, end) = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            _ = try session.beginBackfill(epoch: 1, through: 20, from: nil)
            func step(_ expected: Int64, _ after: Int64?) throws {
                try session.apply(
                    EncodedBatch(
                        CentreBatch(
                            epoch: 1, watermark: 0, backfill: .init(expectedAfter: expected, after: after), sequence: 5,
                            events: [.sample("e-\(expected)")])))
            }
            try step(0, 10)
            let middle = try session.hello()
            let stale = try failure { try step(0, 10) }
            try step(10, nil)
            return (middle, stale, try session.hello())
        }
        #expect(middle.backfill == .init(after: 10, through: 20))
        #expect(middle.watermark == 0)
        #expect(stale.kind == .conflict)
        #expect(end.backfill == nil)
    }

    @Test func devicesComeChangeAndGo() async throws {
        let now = Instant(seconds: 1_780_000_000)
        func device(_ id: String, _ address: String?) -> EdgeDevice {
            EdgeDevice(
                deviceID: id, name: "ประตู \"1\"", ipAddress: address, status: .disabled, lastSeen: now,
                protocols: [.http, .mqtt], health: #"{"cpu":3}"#, createdAt: now, updatedAt: now)
        }
        let devices = [device("a", "10.0.0.1"), device("b", "fe80::1%eth0"), device("c", nil)]
        let changed = device("a", "10.0.0.2")
        let rows = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            try session.apply(.feed(0, 3, devices: devices))
            try session.apply(.feed(3, 5, devices: [changed], deletedDevices: ["c"]))
            return try centre.psql(
                "SELECT device_id, name, ip_address, status, protocols, health->>'cpu', sequence FROM lpr.edge_devices ORDER BY 1"
            )
        }
        #expect(
            rows == """
                a|ประตู "1"|10.0.0.2|disabled|{http,mqtt}|3|5
                b|ประตู "1"|fe80::1|disabled|{http,mqtt}|3|3
                """)
    }

    @Test func picturesFollowTheirEvents() async throws {
        let content: [UInt8] = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        func picture(_ id: String) -> CentrePicture {
            CentrePicture(
                eventID: id, kind: .thumbnail, mediaType: "image/jpeg", sha256: Array(0..<32), content: content)
        }
        let pictures = [picture("a"), picture("b"), picture("gone")]
        let (stored, rows, left) = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            try session.apply(.feed(0, 2, events: [.sample("a"), .sample("b")]))
            let stored = try (pictures + pictures).map { try session.put($0) }
            let rows = try centre.psql(
                "SELECT event_id, bytes, length(content), md5(content) = md5(content) FROM lpr.event_pictures ORDER BY 1"
            )
            try session.apply(.feed(2, 3, deleted: ["a"]))
            return (stored, rows, try centre.psql("SELECT event_id FROM lpr.event_pictures"))
        }
        #expect(stored == [true, true, false, true, true, false])
        #expect(rows == "a|100000|100000|t\nb|100000|100000|t")
        #expect(left == "b")
    }

    @Test func aReportStandsWithTheSite() async throws {
        let row = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            try session.report(
                SiteReport(
                    version: "1.2.3", name: "ประตูใหญ่", siteURL: "https://gate.example", lagRows: 7, lagSeconds: 1.5,
                    parkedRows: 2, picturesWaiting: nil, now: Instant(seconds: 0)))
            try session.ensureMonthsAhead(of: CivilDate(year: 2031, month: 11, day: 30).instant)
            return try centre.psql(
                """
                SELECT appliance_version, name, site_url, lag_rows, lag_seconds, parked_rows, clock_skew_ms < -1e12
                FROM lpr.sites;
                SELECT count(*) FROM pg_class WHERE relname IN
                    ('lpr_events_2031_11', 'lpr_events_2031_12', 'lpr_events_2032_01', 'event_pictures_2032_01');
                """)
        }
        #expect(row == "1.2.3|ประตูใหญ่|https://gate.example|7|1.5|2|t\n4")
    }

    @Test func sendingDoesNotWaitForTheServer() async throws {
        let (count, watermark) = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            for number in 0..<20 {
                let first = Int64(number) * 100
                try session.send(
                    .feed(
                        first, first + 100,
                        events: (Int64(0)..<100).map { .sample("e-\(first + $0)", hours: Int64(number)) }))
                try session.confirm()
            }
            return (try centre.psql("SELECT count(*) FROM lpr.lpr_events"), try session.hello().watermark)
        }
        #expect(count == "2000")
        #expect(watermark == 2_000)
    }
}
