import Domain
import GRDB
import Testing

@testable import Store

@Suite struct UpkeepTests {
    private static let day: Duration = .seconds(86_400)

    private func ids(_ store: Store, _ sql: String) async throws -> [Int64] {
        try await store.read { try Int64.fetchAll($0, sql: sql) }
    }

    /// Fills a table with rows 1…count, row n written n seconds after the start.
    private func fill(_ store: Store, _ count: Int, _ insert: String) async throws {
        try await store.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count)) \(insert)
            """)
    }

    private func fillLog(_ store: Store, _ count: Int) async throws {
        try await fill(
            store, count,
            """
            INSERT INTO communication_logs (id, protocol, direction, source, destination, success, bytes, created_at)
            SELECT i, 'http', 'in', 'a', 'b', 1, 1, \(HeldClock.start.microseconds) + i * 1000000 FROM n
            """)
    }

    /// Rows, rows that may stay, their age in seconds, seconds since the start, rows that stay.
    static let logs: [(Int, Int64, Int, Int, ClosedRange<Int64>?)] = [
        (2_000, 5_000, 10_000, 2_000, 1...2_000),
        (2_000, 700, 10_000, 2_000, 1_301...2_000),
        (2_000, 5_000, 100, 2_000, 1_900...2_000),
        (2_000, 1, 10_000, 2_000, 2_000...2_000),
        (2_000, 0, 10_000, 2_000, 2_000...2_000),
        (2_000, 5_000, 1, 9_000, nil),
        (500, 5_000, 1, 9_000, nil),
        (1, 5_000, 10_000, 0, 1...1),
        (0, 5_000, 10_000, 0, nil),
    ]

    @Test(arguments: logs)
    func theLogIsKeptWithinCountAndAge(
        _ count: Int, _ rows: Int64, _ age: Int, _ now: Int, _ expected: ClosedRange<Int64>?
    ) async throws {
        try await withScratchStore { store, clock in
            if count > 0 { try await fillLog(store, count) }
            clock.now = HeldClock.start + .seconds(now)
            var limits = Upkeep.Limits()
            limits.communicationLogRows = rows
            limits.communicationLogAge = .seconds(age)
            let report = await Upkeep(store).run(limits)
            #expect(report.errors.isEmpty)
            let left = try await ids(store, "SELECT id FROM communication_logs ORDER BY id")
            #expect(left == expected.map(Array.init) ?? [])
            #expect(report.deleted["communication_logs", default: 0] == count - left.count)
        }
    }

    @Test func rejectedMessagesAndAuditAreBoundedByCount() async throws {
        try await withScratchStore { store, _ in
            try await fill(
                store, 1_200,
                """
                INSERT INTO rejected_messages (received_at, protocol, peer, reason, payload, payload_bytes)
                SELECT i, 'http', 'p', 'r', x'00', 1 FROM n
                """)
            try await fill(
                store, 1_200, "INSERT INTO audit_log (at, actor, action, object) SELECT i, 'a', 'b', 'c' FROM n")
            var limits = Upkeep.Limits()
            limits.rejectedMessageRows = 10
            limits.auditRows = 20
            _ = await Upkeep(store).run(limits)
            #expect(try await ids(store, "SELECT id FROM rejected_messages") == Array(1_191...1_200))
            #expect(try await ids(store, "SELECT id FROM audit_log") == Array(1_181...1_200))
        }
    }

    /// What the central database has, nil without one; rows that may stay, seconds since the start, rows that stay.
    static let feeds: [(Int64?, Int64, Int, ClosedRange<Int64>)] = [
        (nil, 5_000, 1_200, 1...1_200),
        (nil, 100, 1_200, 1_101...1_200),
        (nil, 5_000, 7 * 86_400 + 600, 600...1_200),
        (nil, 5_000, 99 * 86_400, 1_200...1_200),
        (0, 1, 99 * 86_400, 1...1_200),
        (700, 1, 99 * 86_400, 701...1_200),
        (700, 100, 1_200, 701...1_200),
        (700, 5_000, 7 * 86_400 + 600, 600...1_200),
        (700, 5_000, 99 * 86_400, 701...1_200),
        (1_200, 1, 99 * 86_400, 1_200...1_200),
        // The centre says more than there is.
        (5_000, 1, 99 * 86_400, 1_200...1_200),
    ]

    @Test(arguments: feeds)
    func theFeedKeepsItsLastNumber(
        _ confirmed: Int64?, _ rows: Int64, _ now: Int, _ expected: ClosedRange<Int64>
    ) async throws {
        try await withScratchDirectory { directory in
            let clock = HeldClock()
            var limits = Upkeep.Limits()
            limits.changeRows = rows
            let wanted = limits
            try await withOpenStore(directory, clock, isReplicated: confirmed != nil) { store in
                // The writer itself gives the numbers.
                for number in stride(from: 100, through: 1_200, by: 100) {
                    try await store.write { context in
                        for step in number - 99...number {
                            context.now = HeldClock.start + .seconds(step)
                            try context.recordChange(.deviceChanged(deviceID: "d\(step)"))
                        }
                    }
                }
                if let confirmed { try await store.write { try $0.confirm(UpstreamMark(sequence: confirmed)) } }
                clock.now = HeldClock.start + .seconds(now)
                #expect(await Upkeep(store).run(wanted).errors.isEmpty)
                #expect(try await ids(store, "SELECT sequence FROM changes ORDER BY 1") == Array(expected))
            }
            try await withOpenStore(directory, clock) { store in
                try await store.insert([scratchEvent("new")])
                #expect(try await ids(store, "SELECT max(sequence) FROM changes") == [1_201])
            }
        }
    }

    @Test func expiredSessionsAndOldStatisticsGo() async throws {
        try await withScratchStore { store, clock in
            let now = clock.now.microseconds
            try await store.execute(
                """
                INSERT INTO users (username, role, password_hash, created_at, updated_at)
                VALUES ('admin', 'admin', '', 0, 0)
                """)
            try await fill(
                store, 1_300,
                """
                INSERT INTO sessions (token_hash, username, kind, created_at, last_used_at, expires_at)
                SELECT CAST(i AS BLOB), 'admin', 'cookie', 0, 0, \(now) + i - 1290 FROM n
                """)
            let eightDays = 8 * 86_400 * 1_000_000 as Int64
            try await fill(
                store, 1_300,
                """
                INSERT INTO communication_statistics
                SELECT \(now - eightDays) + i - 1291, 'http', 'in', 1, 0, 0, x'01', NULL, NULL FROM n
                """)
            let report = await Upkeep(store).run(Upkeep.Limits())
            #expect(report.errors.isEmpty)
            #expect(try await store.count("sessions") == 10)
            #expect(try await ids(store, "SELECT min(expires_at) FROM sessions") == [now + 1])
            #expect(try await store.count("communication_statistics") == 10)
            #expect(
                try await ids(store, "SELECT min(bucket_start) FROM communication_statistics") == [now - eightDays])
        }
    }

    @Test func freedPagesAreGivenBackInPortions() async throws {
        try await withScratchStore { store, _ in
            try await fill(
                store, 5_000,
                """
                INSERT INTO rejected_messages (received_at, protocol, peer, reason, payload, payload_bytes)
                SELECT i, 'http', 'p', 'r', zeroblob(4096), 1 FROM n
                """)
            let before = try await ids(store, "PRAGMA page_count")
            var limits = Upkeep.Limits()
            limits.rejectedMessageRows = 10
            let report = await Upkeep(store).run(limits)
            #expect(report.errors.isEmpty)
            #expect(report.releasedPages > 2_000)
            let after = try await ids(store, "PRAGMA page_count")
            #expect(zip(before, after).allSatisfy { $0 - $1 == Int64(report.releasedPages) })
            let free = try await ids(store, "PRAGMA freelist_count")
            #expect(free.allSatisfy { $0 <= Int64(Upkeep.keptFreePages) })
            #expect(try await store.read { try String.fetchOne($0, sql: "PRAGMA quick_check") } == "ok")
        }
    }

    @Test func upkeepBesideIntakeLosesNothing() async throws {
        try await withScratchStore { store, clock in
            try await fillLog(store, 20_000)
            clock.now = HeldClock.start + .seconds(30_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        for number in 0..<100 {
                            try await store.insert([scratchEvent("\(writer)-\(number)", at: clock.now)])
                        }
                    }
                }
                group.addTask {
                    var limits = Upkeep.Limits()
                    limits.communicationLogRows = 50
                    limits.changeRows = 10
                    limits.eventRetention = Self.day
                    for _ in 0..<5 {
                        let report = await Upkeep(store).run(limits)
                        #expect(report.errors.isEmpty && report.pictures.isEmpty)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.count("lpr_events") == 800)
            #expect(try await store.count("communication_logs") == 50)
            #expect(try await ids(store, "SELECT max(sequence) FROM changes") == [800])
        }
    }

    @Test func aClosedStoreIsReportedByEveryStep() async throws {
        let store = try await withScratchStore { store, _ in store }
        var limits = Upkeep.Limits()
        limits.eventRetention = Self.day
        let report = await Upkeep(store).run(limits)
        #expect(report.errors.map(\.kind) == [StoreError.Kind](repeating: .closed, count: 13))
    }
}
