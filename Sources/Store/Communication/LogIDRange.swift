import Domain
import GRDB

/// Finds rows of `communication_logs` by time without an index on it: ids rise with time, so that a search by halves
/// over the primary key finds where an instant lies in some twenty steps.
struct LogIDRange {
    /// A clock that was set back leaves rows out of order. The range is wider by this on both sides, and rows are
    /// tested one by one inside it.
    static let tolerance: Duration = .seconds(3_600)

    /// The lowest id at or after `instant` by the order of ids; past the last one when there is none.
    static func lowerBound(_ instant: Instant, _ database: Database) throws -> Int64 {
        let ends = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT (SELECT min(id) FROM communication_logs), (SELECT max(id) FROM communication_logs)"))
        guard var low = ends?[0] as Int64?, let last = ends?[1] as Int64? else { return 0 }
        var high = last + 1
        let probe = try database.cachedStatement(
            sql: "SELECT created_at FROM communication_logs WHERE id >= ? ORDER BY id LIMIT 1")
        while low < high {
            let middle = low + (high - low) / 2
            let createdAt = try Int64.fetchOne(probe, arguments: [middle]) ?? .max
            if createdAt < instant.microseconds { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
