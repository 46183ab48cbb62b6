import Domain
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension WriteContext {
    /// Adds buckets to the rows of `communication_statistics`.
    public func merge(_ buckets: [CommunicationBucket]) throws {
        for bucket in buckets {
            let key: StatementArguments = [
                bucket.start.microseconds, bucket.protocol.rawValue, bucket.direction.rawValue,
            ]
            var tally = bucket.tally
            let stored = try database.cachedStatement(
                sql: """
                    SELECT \(CommunicationTally.columns) FROM communication_statistics
                    WHERE bucket_start = ? AND protocol = ? AND direction = ?
                    """)
            if let row = try Row.fetchOne(stored, arguments: key) { tally.add(CommunicationTally(row: row)) }
            try database.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO communication_statistics (
                        bucket_start, protocol, direction, \(CommunicationTally.columns))
                    VALUES (?,?,?,?,?,?,?,?,?)
                    """
            ).execute(
                arguments: key + [
                    tally.messages, tally.failures, tally.bytes, tally.latencies.encoded.databaseBytes,
                    tally.lastError, tally.lastErrorAt?.microseconds,
                ])
        }
    }
}

extension CommunicationTally {
    /// The columns that `init(row:)` reads, in its order.
    static let columns = "messages, failures, bytes, latency_histogram, last_error, last_error_at"

    /// A histogram that does not decode is left out: the counts beside it are still true.
    init(row: Row) {
        messages = row[0]
        failures = row[1]
        bytes = row[2]
        latencies = LatencyHistogram(encoded: [UInt8](databaseBytes: row[3])) ?? LatencyHistogram()
        lastError = row[4]
        lastErrorAt = (row[5] as Int64?).map(Instant.init(microseconds:))
    }
}
