public import Domain
import GRDB

/// What went over one protocol in one direction within a window.
public struct CommunicationSummary: Sendable {
    public let `protocol`: SourceProtocol
    public let direction: CommunicationLogEntry.Direction
    public let messages: Int64
    public let failures: Int64
    public let bytes: Int64
    /// Within 1/16 of the true value; nil when no latency is known.
    public let p50Milliseconds: Double?
    public let p95Milliseconds: Double?
    public let p99Milliseconds: Double?
    public let lastError: String?
    public let lastErrorAt: Instant?

    /// 0…1; nil without messages.
    public var successRate: Double? {
        messages > 0 ? Double(messages - failures) / Double(messages) : nil
    }

    init(_ protocol: SourceProtocol, _ direction: CommunicationLogEntry.Direction, _ tally: CommunicationTally) {
        self.protocol = `protocol`
        self.direction = direction
        messages = tally.messages
        failures = tally.failures
        bytes = tally.bytes
        p50Milliseconds = tally.latencies.percentile(0.50).map { $0 / 1_000 }
        p95Milliseconds = tally.latencies.percentile(0.95).map { $0 / 1_000 }
        p99Milliseconds = tally.latencies.percentile(0.99).map { $0 / 1_000 }
        lastError = tally.lastError
        lastErrorAt = tally.lastErrorAt
    }
}

extension Store {
    /// Adds what `statistics` has counted to the table. When that fails, nothing is lost: the next call tries again.
    /// A call while another one is under way does nothing.
    public func persist(_ statistics: CommunicationStatistics) async throws {
        guard let buckets = statistics.takeDirtyBuckets(), !buckets.isEmpty else { return }
        do {
            try await write(weight: 1) { context in try context.merge(buckets) }
            statistics.settleTaken(isWritten: true)
        } catch {
            statistics.settleTaken(isWritten: false)
            throw error
        }
    }

    /// What went over each protocol and direction from `window` before `now` on, in whole buckets of five minutes.
    /// - Parameter statistics: the counts that are not in the table yet.
    /// - Returns: those with messages, ordered by protocol and direction.
    public func communicationStatistics(
        window: Duration, now: Instant, with statistics: CommunicationStatistics
    ) async throws -> [CommunicationSummary] {
        let first = CommunicationBucket.start(of: now - window)
        // Counts move from memory to the table. A read that saw them move would count them twice or not at all, so it
        // is repeated; after three times a small difference for one answer is the lesser evil.
        var attempt = 1
        while true {
            let before = statistics.snapshot
            var tallies = try await read { database in try Self.storedTallies(from: first, to: now, database) }
            let isSteady = !before.isWriting && statistics.snapshot.generation == before.generation
            guard isSteady || attempt == 3 else {
                attempt += 1
                continue
            }
            for bucket in before.buckets where bucket.start >= first && bucket.start <= now {
                tallies[[bucket.protocol.rawValue, bucket.direction.rawValue], default: CommunicationTally()]
                    .add(bucket.tally)
            }
            return Self.summaries(tallies)
        }
    }

    /// By protocol and direction as they stand in the table.
    private typealias Tallies = [[String]: CommunicationTally]

    private static func storedTallies(from first: Instant, to now: Instant, _ database: Database) throws -> Tallies {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT \(CommunicationTally.columns), protocol, direction FROM communication_statistics
                    WHERE bucket_start BETWEEN ? AND ?
                    """),
            arguments: [first.microseconds, now.microseconds])
        var tallies: Tallies = [:]
        while let row = try rows.next() {
            tallies[[row[6], row[7]], default: CommunicationTally()].add(CommunicationTally(row: row))
        }
        return tallies
    }

    private static func summaries(_ tallies: Tallies) -> [CommunicationSummary] {
        SourceProtocol.allCases.flatMap { name in
            CommunicationLogEntry.Direction.allCases.compactMap { direction in
                tallies[[name.rawValue, direction.rawValue]].map { CommunicationSummary(name, direction, $0) }
            }
        }
    }
}
