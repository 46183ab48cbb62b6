import Domain
import GRDB
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Store

@Suite("The one writer")
struct GroupCommitWriterTests {
    @Test("synchronous is FULL and the journal a WAL (invariant 1)")
    func durability() async throws {
        try await withScratchStore { store, _ in
            let settings = try await store.write { context in
                [
                    try String.fetchOne(context.database, sql: "PRAGMA journal_mode") ?? "",
                    "\(try Int.fetchOne(context.database, sql: "PRAGMA synchronous") ?? -1)",
                    "\(try Int.fetchOne(context.database, sql: "PRAGMA auto_vacuum") ?? -1)",
                ]
            }
            #expect(settings == ["wal", "2", "2"])
        }
    }

    @Test("many writes at once share transactions, and all are there, in the order of the feed")
    func groupCommit() async throws {
        try await withScratchDirectory { directory in
            let seen = Observed()
            let store = try Store(
                Store.Configuration(directory: directory, clock: HeldClock().wallClock),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                observer: seen.note)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<2_000 {
                    group.addTask {
                        _ = try await store.write { context in
                            context.noteContact(deviceID: "gate-1", address: "192.0.2.7", protocol: .http)
                            return try context.insert(scratchEvent("e\(index)"))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.count("lpr_events") == 2_000)
            // One more for the device, which registers itself by its first event.
            #expect(try await store.count("changes") == 2_001)
            #expect(seen.sequences == Array(1...2_001))
            #expect(seen.batches < 1_000)
            try await store.close()
        }
    }

    @Test("one job that fails leaves no trace and does not harm its company")
    func failingJob() async throws {
        struct Refusal: Error {}
        try await withScratchStore { store, _ in
            let failures = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<300 {
                    group.addTask {
                        do {
                            try await store.write { context in
                                _ = try context.insert(scratchEvent("e\(index)"))
                                if index % 10 == 3 { throw Refusal() }
                            }
                            return 0
                        } catch is Refusal {
                            return 1
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(failures == 30)
            #expect(try await store.count("lpr_events") == 270)
            #expect(try await store.count("changes") == 270)
            let gaps = try await store.read { database in
                try Int.fetchOne(
                    database, sql: "SELECT max(sequence) - min(sequence) + 1 - count(*) FROM changes")
            }
            #expect(gaps == 0)
        }
    }

    @Test("a constraint of the table is one job's trouble")
    func constraint() async throws {
        try await withScratchStore { store, _ in
            let error = await #expect(throws: StoreError.self) {
                try await store.write { context in
                    var event = scratchEvent("bad")
                    event.confidence = 7
                    _ = try context.insert(event)
                }
            }
            #expect(error?.kind == .constraint)
            let count = try await store.count("lpr_events")
            #expect(count == 0)
        }
    }

    @Test("at the bound of the queue the sender hears so, and what was accepted is written (invariant 5)")
    func backPressure() async throws {
        try await withScratchDirectory { directory in
            let store = try Store(
                Store.Configuration(directory: directory, queueLimit: 100, clock: HeldClock().wallClock),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<3_000 {
                    group.addTask {
                        do {
                            _ = try await store.write(weight: 10) { try $0.insert(scratchEvent("e\(index)")) }
                            return 1
                        } catch let error as StoreError where error.kind == .busy {
                            return 0
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(accepted > 0)
            #expect(try await store.count("lpr_events") == accepted)
            try await store.close()
        }
    }

    @Test("after closing nothing is taken any more")
    func closed() async throws {
        try await withScratchDirectory { directory in
            let store = try scratchStore(directory, HeldClock())
            try await store.close()
            let error = await #expect(throws: StoreError.self) { try await store.write { _ in } }
            #expect(error?.kind == .closed)
        }
    }

    @Test("the same id is one row; other content is a conflict (invariant 3)")
    func idempotence() async throws {
        try await withScratchStore { store, _ in
            let event = scratchEvent("same")
            let outcomes = try await store.write { context in
                var other = event
                other.contentDigest = [2]
                return [try context.insert(event), try context.insert(event), try context.insert(other)]
            }
            guard case .created = outcomes[0], case .duplicate(let again) = outcomes[1],
                case .conflict = outcomes[2]
            else {
                Issue.record("\(outcomes)")
                return
            }
            #expect(again.eventID == "same")
            #expect(try await store.count("lpr_events") == 1)
            #expect(try await store.count("changes") == 1)
        }
    }

    @Test(
        "row numbers are never used twice, not even after the newest row is deleted and the store opened again",
        arguments: [10, 3_000])
    func rowNumbers(count: Int) async throws {
        try await withScratchDirectory { directory in
            let clock = HeldClock()
            var store = try scratchStore(directory, clock)
            try await store.insert((0..<count).map { scratchEvent("e\($0)") })
            let deleted = try await store.write { try $0.delete(eventID: "e\(count - 1)", by: "test") }
            try await store.close()
            store = try scratchStore(directory, clock)
            let outcome = try await store.write { try $0.insert(scratchEvent("new")) }
            #expect(outcome.event.rowID > (deleted?.event.rowID ?? .max))
            try await store.close()
        }
    }
}

/// What the observer of a store was told.
private final class Observed: Sendable {
    private let state = Mutex<(batches: Int, sequences: [Int64])>((0, []))

    @Sendable func note(_ commit: Commit) {
        state.withLock { state in
            state.batches += 1
            state.sequences += commit.changes.map(\.sequence)
        }
    }

    var batches: Int { state.withLock { $0.batches } }
    var sequences: [Int64] { state.withLock { $0.sequences } }
}
