import Domain
import GRDB
import Testing

@testable import Store

@Suite("How far the central database is")
struct UpstreamMarkTests {
    @Test("A mark is there once it is committed, is read without a query, and survives")
    func committed() async throws {
        struct Failure: Error {}
        try await withScratchDirectory { directory in
            let clock = HeldClock()
            let mark = UpstreamMark(sequence: 70, eventRow: 60, epoch: 2, pictureRow: 50, pictureSequence: 40)
            try await withOpenStore(directory, clock, isReplicated: true) { store in
                #expect(store.confirmed == UpstreamMark() && store.isReplicated)
                await #expect(throws: Failure.self) {
                    try await store.write { context in
                        try context.confirm(mark)
                        throw Failure()
                    }
                }
                #expect(store.confirmed == UpstreamMark())
                try await store.write { try $0.confirm(mark) }
                #expect(store.confirmed == mark)
                #expect(try await store.read { try UpstreamMark($0) } == mark)
            }
            try await withOpenStore(directory, clock, isReplicated: true) { store in
                #expect(store.confirmed == mark)
                // A centre that was restored has less.
                let less = UpstreamMark(sequence: 7, eventRow: 6)
                try await store.write { context in
                    try context.confirm(UpstreamMark(sequence: 1))
                    try context.confirm(less)
                }
                #expect(store.confirmed == less)
                #expect(try await store.read { try UpstreamMark($0) } == less)
            }
        }
    }

    /// What the centre has, as the last event row; nil without a centre; parked ids; what stays after the retention.
    static let holds: [(Int64?, [String], [String])] = [
        (nil, [], ["young"]),
        (0, [], ["old-1", "old-2", "old-3", "young"]),
        (2, [], ["old-3", "young"]),
        (4, [], ["young"]),
        (4, ["old-2"], ["old-2", "young"]),
        // Without a centre, what an earlier one did not take holds nothing.
        (nil, ["old-2"], ["young"]),
    ]

    @Test("Events that the centre does not have outlive their age", arguments: holds)
    func retention(_ row: Int64?, _ parked: [String], _ expected: [String]) async throws {
        try await withScratchStore(isReplicated: row != nil) { store, clock in
            try await store.insert(
                (1...3).map { scratchEvent("old-\($0)") } + [scratchEvent("young", at: clock.now + .seconds(86_400))])
            try await store.write { context in
                try context.confirm(UpstreamMark(sequence: 4, eventRow: row ?? 0))
                for key in parked {
                    _ = try context.park(
                        ParkedRow(
                            entity: "lpr_events", key: key, operation: "insert", sequence: 2, sqlstate: "22021",
                            message: "m", parkedAt: context.now))
                }
            }
            clock.now = clock.now + .seconds(30 * 86_400 + 1)
            var limits = Upkeep.Limits()
            limits.eventRetention = .seconds(30 * 86_400)
            let upkeep = Upkeep(store)
            let report = await upkeep.run(limits)
            #expect(report.errors.isEmpty && report.unconfirmedEvents == 0)
            func left() async throws -> [String] {
                try await store.read { try String.fetchAll($0, sql: "SELECT event_id FROM lpr_events ORDER BY id") }
            }
            #expect(try await left() == expected)
            // When nothing else is left to make room: what waits for the centre, but not what is parked.
            let last = await upkeep.run(limits, unconfirmedEvents: 100)
            #expect(try await left() == (row == nil ? expected : parked + ["young"]))
            #expect(last.unconfirmedEvents == expected.count - (row == nil ? expected.count : parked.count + 1))
        }
    }

    @Test("Of those that have to go no more go than were asked for, by portions")
    func limited() async throws {
        try await withScratchStore(isReplicated: true) { store, clock in
            try await store.insert((0..<EventRetention.portion * 3).map { scratchEvent("e\($0)") })
            clock.now = clock.now + .seconds(30 * 86_400 + 1)
            var limits = Upkeep.Limits()
            limits.eventRetention = .seconds(30 * 86_400)
            let report = await Upkeep(store).run(limits, unconfirmedEvents: EventRetention.portion + 1)
            #expect(report.unconfirmedEvents == EventRetention.portion * 2)
            #expect(try await store.count("lpr_events") == EventRetention.portion)
            #expect(try await store.event("e0") == nil)
        }
    }

    @Test("Pictures are held where pictures are sent, and only those")
    func pictures() {
        func held(_ pictures: ReplicatedPictures, isReplicated: Bool = true) -> [SweepKind] {
            let hold = UpstreamHold(isReplicated: isReplicated, pictures: pictures, mark: UpstreamMark(pictureRow: 5))
            return SweepKind.allCases.filter { hold.lastFreePicture($0) == 5 }
        }
        #expect(held(.none).isEmpty && held(.all, isReplicated: false).isEmpty)
        #expect(held(.thumbnails) == [.thumbnails, .keptThumbnails])
        #expect(held(.all) == SweepKind.allCases)
    }
}
