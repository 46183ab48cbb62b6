import Domain
import GRDB
import TestSupport
import Testing

@testable import Store

@Suite("Finding events")
struct EventQueryTests {
    private static let consonants = Array("กขคงจชซญดตถทธนบปผพฟมยรลวศสหอฮ".unicodeScalars)

    /// Plates as they occur: few series, many numbers.
    private static func events(_ count: Int) -> [LPREvent] {
        var generator = SeededGenerator(5)
        return (0..<count).map { index in
            func letter() -> String {
                String(Character(consonants[Int.random(in: 0..<consonants.count, using: &generator)]))
            }
            func number() -> Int { Int.random(in: 1...9_999, using: &generator) }
            let series = Bool.random(using: &generator) ? "\(Int.random(in: 1...9, using: &generator))" : ""
            let plate = index % 17 == 0 ? nil : "\(series)\(letter())\(letter())\(number())"
            return scratchEvent(
                "e\(index)", device: "gate-\(index % 3)", plate: plate,
                confidence: Double(index % 100) / 100,
                // Times that repeat and run against the order of arrival.
                at: HeldClock.start + .seconds(Int.random(in: 0..<400, using: &generator)),
                imagePath: index % 2 == 0 ? "i\(index).jpg" : nil)
        }
    }

    private static func filter(_ change: (inout EventFilter) -> Void) -> EventFilter {
        var filter = EventFilter()
        change(&filter)
        return filter
    }

    /// Each filter beside the same thing said in Swift.
    private static let cases: [(String, EventFilter, @Sendable (LPREvent) -> Bool)] = [
        ("all", EventFilter(), { _ in true }),
        ("device", filter { $0.device = "gate-1" }, { $0.edgeDeviceID == "gate-1" }),
        ("prefix", filter { $0.platePattern = "1ก*" }, { $0.plateKey?.hasPrefix("1ก") == true }),
        ("common prefix", filter { $0.platePattern = "1*" }, { $0.plateKey?.hasPrefix("1") == true }),
        (
            "prefix of a device", filter { ($0.platePattern, $0.device) = ("ก*", "gate-2") },
            { $0.plateKey?.hasPrefix("ก") == true && $0.edgeDeviceID == "gate-2" }
        ),
        ("part", filter { $0.search = "123" }, { $0.plateKey?.contains("123") == true }),
        ("short part", filter { $0.search = "ขค" }, { $0.plateKey?.contains("ขค") == true }),
        ("long part", filter { $0.search = "ก12" }, { $0.plateKey?.contains("ก12") == true }),
        ("nothing", filter { $0.search = "ฮฮฮฮ" }, { _ in false }),
        (
            "confidence and picture", filter { ($0.minimumConfidence, $0.hasImage) = (0.5, true) },
            { ($0.confidence ?? 0) >= 0.5 && $0.imagePath != nil }
        ),
        (
            "time", filter { ($0.from, $0.to) = (HeldClock.start + .seconds(100), HeldClock.start + .seconds(200)) },
            { $0.capturedAt >= HeldClock.start + .seconds(100) && $0.capturedAt < HeldClock.start + .seconds(200) }
        ),
    ]

    @Test("pages hold just the events that match, newest first, none twice, whatever the index has reached")
    func pages() async throws {
        // More than one portion of the search index, and a rest that it does not hold yet.
        let events = Self.events(3_000)
        try await withScratchStore { store, _ in
            for start in stride(from: 0, to: events.count, by: 250) {
                try await store.insert(Array(events[start..<start + 250]))
            }
            let indexed = try await store.read { try Setting.searchIndexedThrough.read($0).flatMap { Int($0) } ?? 0 }
            #expect(indexed >= 2_048 && indexed < 3_000)
            for (name, filter, matches) in Self.cases {
                var found: [LPREvent] = []
                var cursor: EventCursor?
                repeat {
                    let page = try await store.events(filter, after: cursor, limit: 77)
                    found += page.events
                    // A cursor travels as text.
                    cursor = page.next.flatMap { EventCursor(text: $0.text) }
                } while cursor != nil
                let expected = events.filter(matches).map(\.eventID)
                #expect(Set(found.map(\.eventID)) == Set(expected), "\(name)")
                #expect(found.count == expected.count, "\(name)")
                for (earlier, later) in zip(found, found.dropFirst()) {
                    #expect(
                        earlier.capturedAt > later.capturedAt
                            || earlier.capturedAt == later.capturedAt && earlier.rowID > later.rowID, "\(name)")
                }
            }
        }
    }

    @Test("a correction and a deletion are found as they are now, indexed or not", arguments: [10, 2_900])
    func searchAfterCorrection(index: Int) async throws {
        try await withScratchStore { store, _ in
            try await store.insert((0..<3_000).map { scratchEvent("e\($0)", plate: "ฮฮ\($0)") })
            let key = "ฮฮ\(index)"
            let plate = try #require(Plate(text: "9ฬฬ 8765"))
            let event = try await store.write {
                try $0.correct(eventID: "e\(index)", EventCorrection(plate: plate), by: "op")
            }
            #expect(event?.correction?.firstPlate == key)
            let corrected = Self.filter { $0.search = "ฬฬ8765" }
            let first = Self.filter { $0.plateKey = key }
            #expect(try await store.events(corrected, after: nil, limit: 10).events.count == 1)
            #expect(try await store.events(first, after: nil, limit: 10).events.isEmpty)

            let again = try await store.write {
                try $0.correct(eventID: "e\(index)", EventCorrection(plate: Plate(text: "8ฬฬ 8765")), by: "op")
            }
            #expect(again?.correction?.firstPlate == key)
            _ = try await store.write { try $0.delete(eventID: "e\(index)", by: "admin") }
            #expect(try await store.events(corrected, after: nil, limit: 10).events.isEmpty)
            let integrity = try await store.write { context in
                try context.database.execute(
                    sql: "INSERT INTO lpr_events_search (lpr_events_search) VALUES ('integrity-check')")
                return try String.fetchAll(
                    context.database, sql: "SELECT operation FROM changes ORDER BY sequence DESC LIMIT 3")
            }
            #expect(integrity == ["delete", "update", "update"])
        }
    }

    @Test(
        "cursors from elsewhere are refused",
        arguments: ["", "x", ".", "1.", "a.b.c", String(repeating: "z", count: 40), "1.-"])
    func foreignCursors(text: String) {
        #expect(EventCursor(text: text) == nil)
    }

    @Test("characters that GLOB knows are literal")
    func specialCharacters() async throws {
        try await withScratchStore { store, _ in
            try await store.insert([scratchEvent("a", plate: "A[B]1"), scratchEvent("b", plate: "AB1")])
            let found = try await store.events(Self.filter { $0.search = "[B]" }, after: nil, limit: 10).events
            #expect(found.map(\.eventID) == ["a"])
            let pattern = try await store.events(Self.filter { $0.platePattern = "A[*" }, after: nil, limit: 10).events
            #expect(pattern.map(\.eventID) == ["a"])
        }
    }
}
