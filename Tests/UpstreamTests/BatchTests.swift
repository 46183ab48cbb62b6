import Domain
import TestSupport
import Testing
import Upstream

/// What a batch leaves at the centre.
@Suite(.enabled(if: PostgresServer.isInstalled)) struct BatchTests {
    private static let events = "SELECT event_id, license_plate, captured_at, sequence FROM lpr.lpr_events ORDER BY 1"

    @Test func everyColumnArrives() async throws {
        var event = LPREvent.sample("e-1", metadata: #"{"note":"tab\tslash\\ \"quoted\"","n":1.50}"#)
        event.sentAt = event.capturedAt - .microseconds(1)
        event.clockSkewMilliseconds = -7_000
        event.frameID = "frame\t1\\N\n2\r"
        event.imagePath = "2026/11/01/a.jpg"
        event.announcedImagePath = "\\N"
        event.imageSHA256 = Array(0..<32)
        event.imageBytes = 123_456
        event.plateImagePath = "p.jpg"
        event.thumbnailPath = "t.jpg"
        event.note = "ทดสอบ \\. '; DROP TABLE x; --"
        event.correction = LPREvent.Correction(
            firstPlate: "1กข 1284", firstProvince: nil, correctedAt: event.capturedAt + .seconds(9), correctedBy: "ann")
        event.isKept = true
        event.picturesRemovedAt = event.capturedAt + .seconds(10)
        let sent = event
        let row = try await blocking {
            let centre = try Centre()
            try centre.begun().apply(.feed(0, 1, events: [sent]))
            return try centre.psql(
                "SELECT to_jsonb(e) - 'stored_at' FROM lpr.lpr_events e")
        }
        let expected = try JSONParser.parse(
            #"""
            {"site_id":"gate","epoch":1,"sequence":1,"event_id":"e-1","edge_device_id":"cam-1",
            "license_plate":"1กข 1234","plate_key":"1กข1234","plate_kind":"car","province":"กรุงเทพมหานคร",
            "province_code":"TH-10","confidence":0.9765,"captured_at":"2026-11-01T00:00:00+00:00",
            "sent_at":"2026-10-31T23:59:59.999999+00:00","received_at":"2026-11-01T00:00:00.2+00:00",
            "created_at":"2026-11-01T00:00:00.25+00:00","updated_at":"2026-11-01T00:00:00.25+00:00",
            "source_protocol":"http","clock_skew_ms":-7000,"frame_id":"frame\t1\\N\n2\r",
            "image_path":"2026/11/01/a.jpg","announced_image_path":"\\N","plate_image_path":"p.jpg",
            "thumbnail_path":"t.jpg","image_bytes":123456,
            "image_sha256":"\\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            "note":"ทดสอบ \\. '; DROP TABLE x; --","first_plate":"1กข 1284","first_province":null,
            "corrected_at":"2026-11-01T00:00:09+00:00","corrected_by":"ann","keep":true,
            "pictures_removed_at":"2026-11-01T00:00:10+00:00","content_digest":"\\x010203ff",
            "metadata":{"note":"tab\tslash\\ \"quoted\"","n":1.50}}
            """#)
        #expect(Self.members(try JSONParser.parse(row)) == Self.members(expected))
    }

    private static func members(_ value: JSONValue) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: (value.objectValue?.members ?? []).map { member in
                // The server sorts the members of an object.
                let inner = member.value.objectValue?.members.map { "\($0.name)=\($0.value.text)" }.sorted()
                return (member.name, inner?.joined(separator: ",") ?? member.value.text)
            })
    }

    @Test func aRepeatedBatchIsAConflictAndNothingIsThereTwice() async throws {
        let (conflict, count, watermark) = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            let batch = EncodedBatch.feed(0, 2, events: [.sample("e-1"), .sample("e-2", hours: 1)])
            try session.apply(batch)
            let conflict = try failure { try session.apply(batch) }
            // The session goes on.
            let watermark = try session.hello().watermark
            try session.apply(.feed(2, 3, events: [.sample("e-3")]))
            return (conflict, try centre.psql("SELECT count(*) FROM lpr.lpr_events"), watermark)
        }
        #expect(conflict.kind == .conflict)
        #expect(conflict.sqlState == "LP001")
        #expect(conflict.message.contains("watermark 2"))
        #expect(count == "3")
        #expect(watermark == 2)
    }

    @Test func correctionsReplaceAndTombstonesRemove() async throws {
        let rows = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            try session.apply(.feed(0, 3, events: ["a", "b", "c"].map { .sample($0) }))
            try session.apply(.feed(3, 5, events: [.sample("a", plate: "2ขค 5"), .sample("d")], deleted: ["b", "x"]))
            return try centre.psql(Self.events + "; SELECT string_agg(event_id, ',' ORDER BY 1) FROM lpr.event_keys")
        }
        #expect(
            rows == """
                a|2ขค 5|2026-11-01 00:00:00+00|5
                c|1กข 1234|2026-11-01 00:00:00+00|3
                d|1กข 1234|2026-11-01 00:00:00+00|5
                a,c,d
                """)
    }

    @Test func anEventThatMovesToAnotherMonthIsThereOnce() async throws {
        let rows = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            try session.apply(.feed(0, 2, events: [.sample("a"), .sample("b")]))
            // 90 days on, and one that stays.
            try session.apply(.feed(2, 4, events: [.sample("a", hours: 2_160), .sample("b", plate: "9")]))
            // Deleted and made again, in one batch.
            try session.apply(.feed(4, 6, events: [.sample("b", hours: 1)], deleted: ["b"]))
            return try centre.psql(
                Self.events + "; SELECT event_id, captured_at FROM lpr.event_keys ORDER BY 1")
        }
        #expect(
            rows == """
                a|1กข 1234|2027-01-30 00:00:00+00|4
                b|1กข 1234|2026-11-01 01:00:00+00|6
                a|2027-01-30 00:00:00+00
                b|2026-11-01 01:00:00+00
                """)
    }

    @Test func theNewestWins() async throws {
        let rows = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            try session.apply(.feed(0, 9, events: [.sample("a", plate: "new"), .sample("b", plate: "new")]))
            _ = try session.beginBackfill(epoch: 1, through: 10, from: nil)
            // A page that was read before, with one event at another time.
            let old = CentreBatch(
                epoch: 1, watermark: 9, backfill: .init(expectedAfter: 0, after: nil), sequence: 8,
                events: [.sample("a", plate: "old"), .sample("b", hours: 1, plate: "old"), .sample("c", plate: "old")])
            try session.apply(EncodedBatch(old))
            return try centre.psql("SELECT event_id, license_plate FROM lpr.lpr_events ORDER BY 1")
        }
        #expect(rows == "a|new\nb|new\nc|old")
    }

    @Test func capturesOfAllTimesFindAPlace() async throws {
        var events = [-4_000, 1, 1_969, 2_009, 2_010, 2_059, 2_060, 9_999, 200_000].enumerated().map { place, year in
            var event = LPREvent.sample("e-\(place)")
            event.capturedAt = CivilDate(year: year, month: 2, day: 3, microsecond: 4).instant
            return event
        }
        events[8].note = "x"
        let sent = events
        let (rows, tooFar) = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            try session.apply(.feed(0, 9, events: sent))
            var beyond = LPREvent.sample("beyond")
            beyond.capturedAt = Instant(microseconds: .min)
            let tooFar = try failure { try session.apply(.feed(9, 10, events: [beyond])) }
            return (
                try centre.psql(
                    "SELECT tableoid::regclass, captured_at FROM lpr.lpr_events ORDER BY captured_at"), tooFar
            )
        }
        #expect(
            rows == """
                lpr.lpr_events_before_2010|4001-02-03 00:00:00.000004+00 BC
                lpr.lpr_events_before_2010|0001-02-03 00:00:00.000004+00
                lpr.lpr_events_before_2010|1969-02-03 00:00:00.000004+00
                lpr.lpr_events_before_2010|2009-02-03 00:00:00.000004+00
                lpr.lpr_events_2010_02|2010-02-03 00:00:00.000004+00
                lpr.lpr_events_2059_02|2059-02-03 00:00:00.000004+00
                lpr.lpr_events_after_2059|2060-02-03 00:00:00.000004+00
                lpr.lpr_events_after_2059|9999-02-03 00:00:00.000004+00
                lpr.lpr_events_after_2059|200000-02-03 00:00:00.000004+00
                """)
        #expect(tooFar.kind == .row)
    }

    @Test(arguments: [
        (#"{"a":"\u0000"}"#, "22P05"), (#"{"a":"#, "22P02"), (#"{"a":1e400000}"#, "22003"),
        (#"{"a":"\ud800"}"#, "22P02"), ("{\"a\":\"\0\"}", "22021"),
    ])
    func aBadRowIsTold(metadata: String, state: String) async throws {
        let (bad, count, watermark) = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            let bad = try failure {
                try session.apply(
                    .feed(0, 3, events: [.sample("a"), .sample("bad", metadata: metadata), .sample("b")]))
            }
            let watermark = try session.hello().watermark
            try session.apply(.feed(0, 1, events: [.sample("a")]))
            return (bad, try centre.psql("SELECT count(*) FROM lpr.lpr_events"), watermark)
        }
        #expect(bad.isOfOneRow)
        #expect(bad.sqlState == state)
        #expect(!bad.isConnectionLost)
        #expect(watermark == 0)
        #expect(count == "1")
    }

    @Test func aMonthThatWasDroppedIsMadeAgain() async throws {
        let (dropped, rows) = try await blocking {
            let centre = try Centre()
            let session = try centre.begun()
            try session.apply(.feed(0, 1, events: [.sample("a")]))
            let dropped = try centre.psql("SELECT lpr.drop_months('2026-12-01')")
            try session.apply(.feed(1, 2, events: [.sample("b", hours: 1)]))
            return (
                dropped, try centre.psql("SELECT event_id FROM lpr.lpr_events; SELECT event_id FROM lpr.event_keys")
            )
        }
        #expect(dropped.contains("lpr_events_2026_11"))
        #expect(dropped.contains("event_pictures_2026_11"))
        #expect(rows == "b\nb")
    }
}
