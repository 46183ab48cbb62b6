import Domain
import GRDB
import Synchronization
import Testing

@testable import Store

@Suite("An outage of the central database")
struct OutageTests {
    /// As many changes as a month at one a second has, but for a factor of ten that spares the test's time.
    private static let month: Int64 = 31 * 86_400 / 10

    @Test("A month's feed is kept whole, takes little, is read from anywhere, and goes once it is confirmed")
    func month() async throws {
        try await withScratchStore(isReplicated: true) { store, clock in
            func size() async throws -> Int64 {
                try await store.read { database in
                    let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
                    let free = try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
                    return (pages - free) * 2_048
                }
            }
            let empty = try await size()
            // As the writer writes them: keys are UUIDs.
            try await store.execute(
                """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.month))
                INSERT INTO changes
                SELECT i, 'lpr_events', printf('01934f3e-8a5c-7%03x-9%03x-%012x', i % 4096, i % 4095, i), 'insert',
                    \(HeldClock.start.microseconds) + i * 10000000 FROM n
                """)
            let perRow = Double(try await size() - empty) / Double(Self.month)
            // docs/database.md: a month at one change a second is 2.7 million rows, 200 MB.
            #expect(perRow > 60 && perRow < 82, "\(perRow) bytes a row")

            clock.now = HeldClock.start + .seconds(40 * 86_400)
            let upkeep = Upkeep(store)
            #expect(await upkeep.run(Upkeep.Limits()).deleted["changes"] == nil)
            for after in [0, Self.month / 2, Self.month - 10] {
                let batch = try await store.read { try FeedBatch.read(after: after, rows: 1_000, bytes: 1 << 22, $0) }
                #expect(batch.isComplete && batch.newestSequence == Self.month)
                #expect(batch.last == min(after + 1_000, Self.month))
            }
            try await store.write { try $0.confirm(UpstreamMark(sequence: Self.month - 100)) }
            #expect(await upkeep.run(Upkeep.Limits()).deleted["changes"] == Int(Self.month) - 100)
            let rest = try await store.read {
                try FeedBatch.read(after: Self.month - 100, rows: 1_000, bytes: 1 << 22, $0)
            }
            #expect(rest.isComplete && rest.rows == 100 && !rest.hasMore)
            #expect(try await size() - empty < 200_000)
        }
    }

    @Test("An event without a picture costs two statements, as it always did")
    func statements() async throws {
        final class Count: Sendable {
            let value = Mutex<[String]>([])
        }
        try await withScratchStore(isReplicated: true) { store, _ in
            // The first change of an opening writes the opening down.
            try await store.insert([scratchEvent("first")])
            let count = Count()
            try await store.write { context in
                context.database.trace { event in
                    count.value.withLock { $0.append("\(event)".prefix(30).description) }
                }
                defer { context.database.trace(options: []) }
                _ = try context.insert(scratchEvent("second"))
            }
            let statements = count.value.withLock { $0 }
            #expect(statements.count == 2, "\(statements)")
        }
    }
}
