import Domain
import GRDB
import TestSupport
import Testing

@testable import Store

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("Which opening wrote which part of the feed")
struct FeedLineageTests {
    private func opening(of sequence: Int64, _ store: Store) async throws -> String? {
        try await store.read { try FeedLineage.opening(of: sequence, $0) }
    }

    @Test("An opening is written down with its first change; one that changes nothing leaves no trace")
    func openings() async throws {
        try await withScratchDirectory { directory in
            let clock = HeldClock()
            var birth = ""
            for _ in 1...3 {
                try await withOpenStore(directory, clock) { store in
                    let name = try #require(try await opening(of: 0, store))
                    #expect(birth.isEmpty || birth == name)
                    birth = name
                    #expect(try await store.count("feed_openings") == 1)
                    #expect(try await store.read { try FeedLineage.current($0) } == birth)
                    #expect(try await opening(of: 1, store) == nil)
                    #expect(try await opening(of: -1, store) == nil)
                }
            }
            var names: [String] = []
            for number in 1...3 {
                try await withOpenStore(directory, clock) { store in
                    try await store.insert([scratchEvent("a\(number)"), scratchEvent("b\(number)")])
                    names.append(store.openingID)
                    #expect(try await store.read { try FeedLineage.current($0) } == store.openingID)
                }
            }
            #expect(Set(names + [birth]).count == 4 && names.allSatisfy { $0.utf8.count == 32 })
            try await withOpenStore(directory, clock) { store in
                var found: [String?] = []
                for sequence in Int64(0)...7 { found.append(try await opening(of: sequence, store)) }
                #expect(
                    found == [birth, names[0], names[0], names[1], names[1], names[2], names[2], nil])
            }
        }
    }

    @Test("A transaction that is rolled back takes the note back with it")
    func rolledBack() async throws {
        struct Failure: Error {}
        try await withScratchStore { store, _ in
            await #expect(throws: Failure.self) {
                try await store.write { context in
                    _ = try context.insert(scratchEvent("e1"))
                    throw Failure()
                }
            }
            #expect(try await store.count("feed_openings") == 1)
            try await store.insert([scratchEvent("e1")])
            #expect(try await opening(of: 1, store) == store.openingID)
        }
    }

    @Test("After a restore from a backup, what came behind the backup is another history, also with the same numbers")
    func restored() async throws {
        try await withScratchDirectory { directory in
            let clock = HeldClock()
            var marks: [Watermark] = []
            let backup = try await withOpenStore(directory, clock) { store in
                try await store.insert([scratchEvent("e1"), scratchEvent("e2")])
                marks.append(try await Watermark(store))
                let backup = try await store.backUp(now: clock.now)
                // Behind the backup, in the same opening and in a later one.
                try await store.insert([scratchEvent("e3")])
                marks.append(try await Watermark(store))
                return backup
            }
            try await withOpenStore(directory, clock) { store in
                try await store.insert([scratchEvent("e4")])
                marks.append(try await Watermark(store))
                #expect(try await marks.known(to: store) == [true, true, true])
            }
            try Backups.restore(backup, into: directory, now: clock.now)
            try await withOpenStore(directory, clock) { store in
                #expect(try await marks.known(to: store) == [true, false, false])
                // Its first change has the number that another change had.
                try await store.insert([scratchEvent("other-3"), scratchEvent("other-4")])
                #expect(try await opening(of: 3, store) == store.openingID)
                #expect(try await opening(of: 2, store) == marks[0].opening)
                #expect(try await marks.known(to: store) == [true, false, false])
            }
        }
    }

    @Test("After an old file was copied back, and in two copies that go on apart")
    func copied() async throws {
        try await withScratchDirectory { directory in
            let clock = HeldClock()
            let file = URL(fileURLWithPath: directory + "/appliance.sqlite")
            func run(_ id: String) async throws -> Watermark {
                try await withOpenStore(directory, clock) { store in
                    try await store.insert([scratchEvent(id)])
                    return try await Watermark(store)
                }
            }
            let common = try await run("e1")
            let old = try Data(contentsOf: file)
            let first = try await run("e2")
            try old.write(to: file)
            let second = try await run("e2")
            #expect(first.sequence == second.sequence && first.opening != second.opening)
            try await withOpenStore(directory, clock) { store in
                let known = try await [common, second, first].known(to: store)
                #expect(known == [true, true, false])
            }
            // Begun anew altogether.
            try FileManager.default.removeItem(at: file)
            try await withOpenStore(directory, clock) { store in
                #expect(try await [common, first, second].known(to: store) == [false, false, false])
                try await store.insert((1...5).map { scratchEvent("n\($0)") })
                #expect(try await [common, first, second].known(to: store) == [false, false, false])
            }
        }
    }

    /// Many openings, each with one change.
    private func restart(_ times: Int, _ store: Store) async throws {
        try await store.write { context in
            for _ in 0..<times {
                try FeedOpenings.note(FeedLineage.newID(), from: context.nextSequence, context)
                try context.recordChange(.deviceChanged(deviceID: "d"))
            }
        }
    }

    @Test("Thousands of restarts: few openings are kept, and the one where the centre is")
    func bounded() async throws {
        try await withScratchStore(isReplicated: true) { store, _ in
            try await store.insert([scratchEvent("first")])
            try await restart(100, store)
            let marks = [Int64(40), 41, 60]
            var names: [String?] = []
            for mark in marks { names.append(try await opening(of: mark, store)) }
            try await store.write { try $0.confirm(UpstreamMark(sequence: 40)) }
            // An outage.
            try await restart(5_000, store)
            #expect(try await store.count("feed_openings") <= FeedOpenings.limit + 1)
            for (mark, name) in zip(marks, names) { #expect(try await opening(of: mark, store) == name) }
            #expect(try await opening(of: 39, store) == nil)
            let current = try await store.read { try FeedLineage.current($0) }
            #expect(current != nil)
            // What was made one has a name that no centre has heard.
            let merged = try await store.read {
                try String.fetchAll($0, sql: "SELECT opening_id FROM feed_openings ORDER BY first_sequence")
            }
            #expect(Set(merged).count == merged.count)

            // The centre has all again: the next ones have their place.
            let newest = try await store.read { try FeedPage.newestSequence($0) }
            try await store.write { try $0.confirm(UpstreamMark(sequence: newest)) }
            try await restart(FeedOpenings.limit, store)
            #expect(try await store.count("feed_openings") <= FeedOpenings.limit + 1)
            #expect(try await opening(of: newest, store) == current)
        }
    }

    @Test("Openings whose rows are trimmed go with them, without a central database too", arguments: [true, false])
    func trimmed(isReplicated: Bool) async throws {
        try await withScratchStore(isReplicated: isReplicated) { store, _ in
            try await restart(300, store)
            let kept = try await opening(of: 249, store)
            try await store.write { try $0.confirm(UpstreamMark(sequence: 280)) }
            try await store.execute("DELETE FROM changes WHERE sequence < 250")
            try await restart(1, store)
            // The row before the first that is kept is still known: from there on the feed is whole.
            #expect(try await store.count("feed_openings") == 53)
            #expect(try await opening(of: 249, store) == kept)
            #expect(try await opening(of: 248, store) == nil)
        }
    }
}

/// What a centre remembers of a batch that it has.
private struct Watermark {
    let sequence: Int64
    let opening: String?

    init(_ store: Store) async throws {
        (sequence, opening) = try await store.read { database in
            let newest = try FeedPage.newestSequence(database)
            return (newest, try FeedLineage.opening(of: newest, database))
        }
    }

    func isKnown(to store: Store) async throws -> Bool {
        try await store.read { [self] in try FeedLineage.opening(of: sequence, $0) == opening }
    }
}

extension [Watermark] {
    /// Of each, whether the store has the same history up to it.
    fileprivate func known(to store: Store) async throws -> [Bool] {
        var known: [Bool] = []
        for mark in self { known.append(try await mark.isKnown(to: store)) }
        return known
    }
}
