import Domain
import GRDB
import Testing

@testable import Store

@Suite struct CommunicationStatisticsTests {
    private let start = CommunicationBucket.start(of: HeldClock.start)

    private func count(
        _ statistics: CommunicationStatistics, _ number: Int = 1, _ protocol: SourceProtocol = .http,
        _ direction: CommunicationLogEntry.Direction = .inbound, error: String? = nil, milliseconds: Int = 1,
        at instant: Instant
    ) {
        for _ in 0..<number {
            statistics.record(
                protocol: `protocol`, direction: direction, isSuccess: error == nil,
                latency: .milliseconds(milliseconds),
                byteCount: 100, error: error, at: instant)
        }
    }

    @Test(
        arguments: [
            (0, 0), (1, 0), (299_999_999, 0), (300_000_000, 300_000_000), (-1, -300_000_000),
            (-300_000_000, -300_000_000),
        ] as [(Int64, Int64)])
    func bucketsBeginAtWholeFiveMinutes(_ instant: Int64, _ expected: Int64) {
        #expect(CommunicationBucket.start(of: Instant(microseconds: instant)).microseconds == expected)
    }

    @Test func memoryAndTableTogetherGiveTheSummary() async throws {
        try await withScratchStore { store, _ in
            let statistics = CommunicationStatistics()
            for milliseconds in 1...100 { count(statistics, milliseconds: milliseconds, at: start) }
            try await store.persist(statistics)
            count(statistics, 2, error: "older", at: start + .seconds(1))
            count(statistics, 3, error: "newer", milliseconds: 500, at: start + .seconds(2))
            try await store.persist(statistics)
            count(statistics, 4, .mqtt, .outbound, at: start + .seconds(301))
            for summaries in [
                try await store.communicationStatistics(
                    window: .seconds(3_600), now: start + .seconds(400), with: statistics),
                try await {
                    try await store.persist(statistics)
                    return try await store.communicationStatistics(
                        window: .seconds(3_600), now: start + .seconds(400), with: CommunicationStatistics())
                }(),
            ] {
                #expect(summaries.map { "\($0.protocol) \($0.direction)" } == ["http inbound", "mqtt outbound"])
                let http = try #require(summaries.first)
                #expect(http.messages == 105 && http.failures == 5 && http.bytes == 10_500)
                #expect(http.successRate == 100.0 / 105)
                #expect(http.lastError == "newer" && http.lastErrorAt == start + .seconds(2))
                let p50 = try #require(http.p50Milliseconds)
                let p99 = try #require(http.p99Milliseconds)
                #expect(abs(p50 - 51) <= 51.0 / 16)
                #expect(abs(p99 - 500) <= 500.0 / 16)
                #expect(summaries.last?.messages == 4 && summaries.last?.lastError == nil)
                #expect(summaries.last?.successRate == 1)
            }
            #expect(try await store.count("communication_statistics") == 2)
        }
    }

    @Test(arguments: [(0, 1), (300, 2), (3_600, 13), (86_400, 20)])
    func theWindowTakesWholeBuckets(_ seconds: Int, _ buckets: Int64) async throws {
        try await withScratchStore { store, _ in
            let statistics = CommunicationStatistics()
            for number in (0..<20).reversed() {
                count(statistics, at: start - .seconds(number * 300))
                if number == 9 { try await store.persist(statistics) }
            }
            // A clock that was ahead left this one.
            count(statistics, at: start + .seconds(9_000))
            let summaries = try await store.communicationStatistics(
                window: .seconds(seconds), now: start, with: statistics)
            #expect(summaries.first?.messages == buckets)
        }
    }

    @Test func lateMessagesCountInTheCurrentBucketAndAClockSetBackBeginsAnother() throws {
        let statistics = CommunicationStatistics()
        count(statistics, at: start)
        count(statistics, at: start - .seconds(200))
        count(statistics, at: start + .seconds(299))
        count(statistics, at: start - .seconds(301))
        count(statistics, at: start + .seconds(1))
        let buckets = try #require(statistics.takeDirtyBuckets())
        #expect(buckets.map(\.start) == [start, start - .seconds(600)])
        #expect(buckets.map(\.tally.messages) == [4, 1])
    }

    @Test func whatWasTakenCountsUntilItIsSettled() throws {
        let statistics = CommunicationStatistics()
        count(statistics, 3, at: start)
        #expect(statistics.takeDirtyBuckets()?.count == 1)
        // The second taker waits its turn.
        #expect(statistics.takeDirtyBuckets() == nil)
        count(statistics, 2, at: start)
        #expect(statistics.snapshot.buckets.reduce(0) { $0 + $1.tally.messages } == 5)
        statistics.settleTaken(isWritten: false)
        let again = try #require(statistics.takeDirtyBuckets())
        #expect(again.map(\.tally.messages) == [5])
        statistics.settleTaken(isWritten: true)
        #expect(statistics.snapshot.buckets.isEmpty)
        #expect(statistics.takeDirtyBuckets()?.isEmpty == true)
        #expect(statistics.takeDirtyBuckets()?.isEmpty == true)
    }

    @Test func whatCannotBeWrittenIsKeptAndBounded() async throws {
        let closed = try await withScratchStore { store, _ in store }
        let statistics = CommunicationStatistics()
        for number in 0..<CommunicationStatistics.waitingLimit + 10 {
            count(statistics, at: start + .seconds(number * 300))
            if number % 100 == 0 {
                await #expect(throws: StoreError.self) { try await closed.persist(statistics) }
            }
        }
        let buckets = try #require(statistics.takeDirtyBuckets())
        #expect(buckets.count == CommunicationStatistics.waitingLimit)
        #expect(buckets.last?.start == start + .seconds((CommunicationStatistics.waitingLimit + 9) * 300))
        #expect(buckets.first?.start == start + .seconds(10 * 300))
    }

    @Test func aLongErrorIsCutAndASuccessHasNone() {
        let statistics = CommunicationStatistics()
        statistics.record(
            protocol: .sftp, direction: .inbound, isSuccess: true, latency: .zero, byteCount: -5, error: "none",
            at: start)
        count(statistics, .sftp, error: String(repeating: "ก", count: 9_000), at: start)
        let tally = statistics.snapshot.buckets.first?.tally
        #expect(tally?.messages == 2 && tally?.failures == 1 && tally?.bytes == 100)
        #expect(tally?.lastError?.count == 500)
    }

    private func count(
        _ statistics: CommunicationStatistics, _ protocol: SourceProtocol, error: String, at instant: Instant
    ) {
        count(statistics, 1, `protocol`, error: error, at: instant)
    }

    @Test func aHistogramThatDoesNotDecodeLeavesTheCounts() async throws {
        try await withScratchStore { store, _ in
            let statistics = CommunicationStatistics()
            count(statistics, 3, at: start)
            try await store.persist(statistics)
            try await store.execute("UPDATE communication_statistics SET latency_histogram = x'01FFFF'")
            count(statistics, 1, milliseconds: 8, at: start)
            try await store.persist(statistics)
            let summary = try await store.communicationStatistics(
                window: .zero, now: start, with: statistics
            ).first
            #expect(summary?.messages == 4)
            let p50 = try #require(summary?.p50Milliseconds)
            #expect(abs(p50 - 8) <= 0.5)
        }
    }

    @Test func nothingIsCountedTwiceOrLostWhileItIsWritten() async throws {
        try await withScratchStore { store, _ in
            let statistics = CommunicationStatistics()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for number in 0..<5_000 { count(statistics, at: start + .seconds(number % 900)) }
                    }
                }
                group.addTask { for _ in 0..<50 { try await store.persist(statistics) } }
                try await group.waitForAll()
            }
            try await store.persist(statistics)
            let messages = try await store.read {
                try Int.fetchOne($0, sql: "SELECT sum(messages) FROM communication_statistics")
            }
            #expect(messages == 20_000)
        }
    }
}
