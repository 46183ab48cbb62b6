import Domain
import GRDB
import Store
import TestSupport
import Testing

@Suite("Batches of the feed for a central database")
struct FeedBatchTests {
    private func batch(
        after: Int64, rows: Int = 1_000, bytes: Int = 1 << 22, _ store: Store
    ) async throws -> FeedBatch {
        try await store.read { try FeedBatch.read(after: after, rows: rows, bytes: bytes, $0) }
    }

    private func ids(_ batch: FeedBatch) -> [String] { batch.events.map(\.eventID) }

    @Test("Each key once, as it is now; the numbers say what was read")
    func current() async throws {
        try await withScratchStore { store, clock in
            try await store.insert([scratchEvent("e1"), scratchEvent("e2")])
            clock.now = clock.now + .seconds(5)
            for note in ["a", "b"] {
                _ = try await store.write { try $0.correct(eventID: "e1", EventCorrection(note: note), by: "anna") }
            }
            _ = try await store.write { context in
                try context.register(EdgeDevice(deviceID: "gate-1", createdAt: context.now, updatedAt: context.now))
            }
            let all = try await batch(after: 0, store)
            #expect(ids(all) == ["e1", "e2"] && all.events[0].note == "b")
            #expect(all.devices.map(\.deviceID) == ["gate-1"])
            #expect(all.last == 5 && all.rows == 5 && all.newestSequence == 5 && all.oldestChangeAt == HeldClock.start)
            #expect(!all.hasMore && all.isComplete && all.lastInsertedEventRow == 2)
            let two = try await batch(after: 1, rows: 2, store)
            #expect(ids(two) == ["e2", "e1"] && two.last == 3 && two.hasMore && two.lastInsertedEventRow == 2)
            let updates = try await batch(after: 2, rows: 1, store)
            #expect(ids(updates) == ["e1"] && updates.lastInsertedEventRow == nil)
            let none = try await batch(after: 5, store)
            #expect(none.rows == 0 && none.last == 5 && none.isComplete && none.oldestChangeAt == nil)
        }
    }

    @Test("What ends here by its age has no tombstone; what somebody deletes has one")
    func expired() async throws {
        try await withScratchStore { store, clock in
            try await store.insert([scratchEvent("old"), scratchEvent("unwanted")])
            _ = try await store.write { try $0.delete(eventID: "unwanted", by: "anna") }
            clock.now = clock.now + .seconds(40 * 86_400)
            var limits = Upkeep.Limits()
            limits.eventRetention = .seconds(30 * 86_400)
            limits.changeAge = .seconds(400 * 86_400)
            #expect(await Upkeep(store).run(limits).deleted["lpr_events"] == 1)
            let all = try await batch(after: 0, store)
            #expect(all.last == 4 && all.rows == 4 && all.isComplete)
            #expect(ids(all).isEmpty && all.deletedEventIDs == ["unwanted"])
        }
    }

    @Test("A key that was deleted and came again: tombstone and row; in batches of one row each in its turn")
    func deletedAndBack() async throws {
        try await withScratchStore { store, clock in
            try await store.insert([scratchEvent("e1"), scratchEvent("e2")])
            for id in ["e1", "e2"] { _ = try await store.write { try $0.delete(eventID: id, by: "anna") } }
            clock.now = clock.now + .seconds(1)
            try await store.insert([scratchEvent("e1", plate: "NEW1")])
            let all = try await batch(after: 0, store)
            #expect(all.deletedEventIDs == ["e1", "e2"] && ids(all) == ["e1"])
            #expect(all.events[0].licensePlate == "NEW1" && all.events[0].rowID == 3)
            var seen: [String] = []
            for after in Int64(0)..<5 {
                let one = try await batch(after: after, rows: 1, store)
                #expect(one.last == after + 1 && one.rows == 1 && one.hasMore == (after < 4))
                seen += one.deletedEventIDs.map { "-" + $0 } + ids(one).map { "+" + $0 }
                // The number of the one that came again is beyond what a batch that ends before it may tell.
                #expect(after == 4 ? one.lastInsertedEventRow == 3 : one.lastInsertedEventRow == nil)
            }
            #expect(seen == ["+e1", "-e1", "+e1", "-e2", "+e1"])
        }
    }

    @Test("A batch ends before it grows too large, and takes a row of the feed that is too large alone")
    func bytes() async throws {
        try await withScratchStore { store, _ in
            try await store.insert(
                (1...20).map { number in
                    var event = scratchEvent("e\(number)")
                    event.metadata = #"{"x":""# + String(repeating: "x", count: number == 10 ? 50_000 : 1_000) + #""}"#
                    return event
                })
            var after: Int64 = 0
            var counts: [Int] = []
            repeat {
                let page = try await batch(after: after, bytes: 5_000, store)
                #expect(page.rows == 1 || page.events.reduce(0) { $0 + $1.transferBytes } <= 5_000)
                counts.append(page.rows)
                after = page.last
                guard page.hasMore else { break }
            } while true
            #expect(counts == [3, 3, 3, 1, 3, 3, 3, 1])
            #expect(try await batch(after: 0, bytes: 0, store).rows == 1)
            #expect(try await batch(after: 0, rows: 0, store).rows == 1)
        }
    }

    @Test("A feed that is trimmed, has a gap, or ends before the cursor is not complete")
    func incomplete() async throws {
        try await withScratchStore { store, _ in
            let empty = try await batch(after: 0, store)
            #expect(empty.isComplete && empty.newestSequence == 0 && empty.lastInsertedEventRow == nil)
            #expect(try await batch(after: 3, store).isComplete == false)
            try await store.insert((1...9).map { scratchEvent("e\($0)") })
            try await store.execute("DELETE FROM changes WHERE sequence <= 3 OR sequence = 7")
            for after in [0, 2] as [Int64] {
                let page = try await batch(after: after, store)
                #expect(!page.isComplete && page.rows == 0 && page.last == after && page.lastInsertedEventRow == nil)
            }
            let middle = try await batch(after: 3, store)
            #expect(!middle.isComplete && middle.last == 6 && ids(middle) == ["e4", "e5", "e6"])
            #expect(try await batch(after: 7, store).isComplete)
            #expect(try await batch(after: 9, store).isComplete)
            let beyond = try await batch(after: 10, store)
            #expect(!beyond.isComplete && beyond.rows == 0 && beyond.last == 10 && !beyond.hasMore)
        }
    }

    @Test("What this version does not know is passed over; a device that is gone is a tombstone")
    func strangers() async throws {
        try await withScratchStore { store, _ in
            try await store.insert([scratchEvent("e1")])
            try await store.execute(
                """
                INSERT INTO changes VALUES (2, 'watchlists', 'w1', 'insert', 5), (3, 'lpr_events', 'e1', 'mystery', 5),
                    (4, 'edge_devices', 'gone', 'delete', 5)
                """)
            let all = try await batch(after: 0, store)
            #expect(all.rows == 4 && all.last == 4 && ids(all) == ["e1"])
            #expect(all.deletedDeviceIDs == ["gone"] && all.devices.isEmpty && all.deletedEventIDs.isEmpty)
            let stranger = try await batch(after: 1, rows: 1, store)
            #expect(stranger.rows == 1 && stranger.last == 2 && stranger.events.isEmpty && stranger.hasMore)
        }
    }

    /// What a centre that applies batches has, and what is known of rows that it must have.
    private struct Centre {
        var events: [String: LPREvent] = [:]
        var watermark: Int64 = 0
        var eventRow: Int64 = 0

        mutating func apply(_ batch: FeedBatch) {
            for id in batch.deletedEventIDs { events[id] = nil }
            for event in batch.events { events[event.eventID] = event }
            watermark = batch.last
            eventRow = max(eventRow, batch.lastInsertedEventRow ?? 0)
        }
    }

    @Test("Whatever happens between batches of any size, the centre ends with the same rows", arguments: 1...20)
    func model(seed: UInt64) async throws {
        try await withScratchStore { store, clock in
            var generator = SeededGenerator(seed)
            var centre = Centre()
            for step in 0..<300 {
                clock.now = clock.now + .microseconds(Int64.random(in: 1...9, using: &generator))
                let id = "e\(Int.random(in: 0..<25, using: &generator))"
                switch Int.random(in: 0..<10, using: &generator) {
                case 0...4: try await store.insert([scratchEvent(id, plate: "P\(step)")])
                case 5: _ = try await store.write { try $0.delete(eventID: id, by: "anna") }
                case 6:
                    _ = try await store.write {
                        try $0.correct(eventID: id, EventCorrection(note: "n\(step)"), by: "anna")
                    }
                default:
                    let rows = Int.random(in: 1...6, using: &generator)
                    let bytes = Int.random(in: 0...3_000, using: &generator)
                    let page = try await batch(after: centre.watermark, rows: rows, bytes: bytes, store)
                    #expect(page.isComplete && page.rows <= rows)
                    centre.apply(page)
                    let known = try await store.read { [row = centre.eventRow] database in
                        try String.fetchAll(
                            database, sql: "SELECT event_id FROM lpr_events WHERE id <= ?", arguments: [row])
                    }
                    // Each of them may be deleted here without being lost there.
                    #expect(known.allSatisfy { centre.events[$0] != nil })
                }
            }
            while true {
                let page = try await batch(after: centre.watermark, rows: 7, store)
                centre.apply(page)
                guard page.hasMore else { break }
            }
            let page = try await store.read {
                try BackfillPage.read(afterRow: 0, throughRow: .max, from: nil, rows: 1_000, bytes: 1 << 30, $0)
            }
            #expect(page.events.count == centre.events.count)
            #expect(page.events.allSatisfy { centre.events[$0.eventID] == $0 })
            #expect(centre.eventRow >= page.events.last?.rowID ?? 0)
        }
    }
}
