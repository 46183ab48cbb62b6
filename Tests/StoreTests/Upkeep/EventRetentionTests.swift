import Domain
import GRDB
import Testing

@testable import Store

@Suite struct EventRetentionTests {
    private static let day: Duration = .seconds(86_400)

    private func limits(_ retention: Duration = .seconds(30 * 86_400)) -> Upkeep.Limits {
        var limits = Upkeep.Limits()
        limits.eventRetention = retention
        limits.changeAge = .seconds(100_000 * 86_400)
        return limits
    }

    private func left(_ store: Store) async throws -> [String] {
        try await store.read { try String.fetchAll($0, sql: "SELECT event_id FROM lpr_events ORDER BY id") }
    }

    @Test func oldEventsGoWithAChangeAndTheirPicturesAreNamed() async throws {
        try await withScratchStore { store, clock in
            var full = scratchEvent("old-1", imagePath: "a.jpg")
            full.plateImagePath = "a-plate.jpg"
            full.thumbnailPath = "a-thumb.jpg"
            try await store.insert([
                full, scratchEvent("old-2"), scratchEvent("old-3", plate: nil, imagePath: "c.jpg"),
                scratchEvent("young", at: HeldClock.start + Self.day, imagePath: "d.jpg"),
            ])
            clock.now = HeldClock.start + .seconds(30 * 86_400 + 1)
            let untouched = await Upkeep(store).run(limits(.zero))
            #expect(untouched.pictures.isEmpty && untouched.deleted.isEmpty)
            let report = await Upkeep(store).run(limits())
            #expect(report.errors.isEmpty)
            #expect(report.pictures.map(\.path) == ["a.jpg", "a-plate.jpg", "a-thumb.jpg", "c.jpg"])
            #expect(report.deleted == ["lpr_events": 3])
            #expect(try await left(store) == ["young"])
            let changes = try await store.read {
                try String.fetchAll(
                    $0, sql: "SELECT entity_key FROM changes WHERE operation = 'expire' ORDER BY sequence")
            }
            #expect(changes == ["old-1", "old-2", "old-3"])
        }
    }

    /// Captured and received, days before now, and whether the event stays after thirty days.
    static let clocks: [(Int, Int, Bool)] = [
        (31, 31, false), (30, 31, true), (31, 30, true), (0, 0, true),
        // A camera whose clock starts in 2001, and a time in which ours did.
        (9_000, 1, true), (1, 9_000, true),
        // Our clock was ahead.
        (0, -9_000, true), (31, -9_000, true),
    ]

    @Test(arguments: clocks)
    func oneWrongClockDeletesNothing(_ captured: Int, _ received: Int, _ stays: Bool) async throws {
        try await withScratchStore { store, _ in
            let now = HeldClock.start
            try await store.insert([
                scratchEvent(
                    "e", at: now - .seconds(captured * 86_400), receivedAt: now - .seconds(received * 86_400))
            ])
            _ = await Upkeep(store).run(limits())
            #expect(try await left(store) == (stays ? ["e"] : []))
        }
    }

    @Test func eventsFromAClockThatWasAheadDoNotHideTheOldBehindThem() async throws {
        try await withScratchStore { store, _ in
            let now = HeldClock.start
            let ahead = (0..<EventRetention.portion * 2).map {
                scratchEvent("ahead-\($0)", at: now, receivedAt: now + .seconds(9_000 * 86_400))
            }
            let old = (0..<EventRetention.portion + 7).map {
                scratchEvent("old-\($0)", at: now - .seconds(60 * 86_400))
            }
            try await store.insert(ahead + old + [scratchEvent("young", at: now)])
            let upkeep = Upkeep(store)
            let report = await upkeep.run(limits())
            #expect(report.deleted["lpr_events"] == old.count)
            #expect(try await store.count("lpr_events") == ahead.count + 1)
            let second = await upkeep.run(limits())
            #expect(second.deleted.isEmpty && second.errors.isEmpty)
        }
    }

    @Test func aPictureOfSeveralPlatesStaysUntilTheLastOneGoes() async throws {
        try await withScratchStore { store, clock in
            let now = HeldClock.start
            try await store.insert([
                scratchEvent("first", at: now, imagePath: "frame.jpg", frameID: "f"),
                // Received later, by another way: it outlives the first one.
                scratchEvent(
                    "second", at: now, receivedAt: now + Self.day, imagePath: "frame.jpg", frameID: "f"),
            ])
            clock.now = now + .seconds(30 * 86_400 + 1)
            let upkeep = Upkeep(store)
            #expect(await upkeep.run(limits()).pictures.isEmpty)
            #expect(try await left(store) == ["second"])
            clock.now = clock.now + Self.day
            #expect(await upkeep.run(limits()).pictures.map(\.path) == ["frame.jpg"])
        }
    }

    @Test func theSearchIndexForgetsWhatIsDeleted() async throws {
        try await withScratchStore { store, clock in
            let count = Int(SearchIndex.portion) + 300
            try await store.insert((0..<count).map { scratchEvent("e\($0)", plate: "KEY\(10_000 + $0)") })
            try await store.write { try SearchIndex.extend($0) }
            // Some that the index does not hold yet.
            try await store.insert((0..<50).map { scratchEvent("late\($0)", plate: "KEY\(90_000 + $0)") })
            try await store.insert([
                scratchEvent("young", plate: "KEY12345", at: HeldClock.start + .seconds(40 * 86_400))
            ])
            clock.now = HeldClock.start + .seconds(40 * 86_400)
            let report = await Upkeep(store).run(limits())
            #expect(report.errors.isEmpty && report.deleted["lpr_events"] == count + 50)
            try await store.write { try SearchIndex.extend($0) }
            // Compares the index with the rows that are there.
            try await store.execute(
                "INSERT INTO lpr_events_search (lpr_events_search, rank) VALUES ('integrity-check', 1)")
            let hits = try await store.read {
                try Int.fetchAll($0, sql: "SELECT rowid FROM lpr_events_search WHERE lpr_events_search MATCH '\"KEY\"'")
            }
            #expect(hits == [count + 51])
        }
    }
}
