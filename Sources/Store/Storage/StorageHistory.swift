public import Domain
public import GRDB

/// How much was in use, by the hour: what the forecast and the chart are made of.
public struct StorageHistory: Sendable, Hashable {
    /// The hour's begin.
    public let hour: Instant
    /// Bytes in use when it was last looked in this hour.
    public let used: Int64
    /// Bytes that sweeps took away in it.
    public let removed: Int64

    public init(hour: Instant, used: Int64, removed: Int64) {
        self.hour = hour
        self.used = used
        self.removed = removed
    }

    /// Hours that are kept: 31 days.
    public static let hourLimit = 744
    private static let length: Int64 = 3_600_000_000

    /// Oldest first.
    public static func read(since: Instant, _ database: Database) throws -> [StorageHistory] {
        try Row.fetchAll(
            database,
            sql: "SELECT hour, used, removed FROM storage_history WHERE hour >= ? ORDER BY hour LIMIT \(hourLimit)",
            arguments: [since.microseconds]
        ).map { StorageHistory(hour: Instant(microseconds: $0[0]), used: $0[1], removed: $0[2]) }
    }

    /// How much more is kept in a day than was there before, sweeps left out, bytes.
    /// - Parameter hours: oldest first, of the last days.
    /// - Returns: nil when less than six hours lie between the first and the last.
    public static func growthPerDay(_ hours: [StorageHistory]) -> Int64? {
        guard let first = hours.first, let last = hours.last else { return nil }
        let span = last.hour.since(first.hour).wholeMicroseconds
        guard span >= 6 * length else { return nil }
        // What the first hour's own sweeps took was gone before its last look.
        let removed = hours.dropFirst().reduce(Int64(0)) { $0 + $1.removed }
        return Int64(Double(last.used - first.used + removed) / Double(span) * 86_400_000_000)
    }

    static func hour(of instant: Instant) -> Int64 { instant.microseconds - instant.microseconds % length }
}

extension WriteContext {
    /// Notes how much is in use now, and what sweeps took since the last time.
    public func noteStorage(used: Int64, removed: Int64) throws {
        let hour = StorageHistory.hour(of: now)
        try database.execute(
            sql: """
                INSERT INTO storage_history (hour, used, removed) VALUES (?1, ?2, ?3)
                ON CONFLICT (hour) DO UPDATE SET used = ?2, removed = removed + ?3
                """,
            arguments: [hour, used, removed])
        // By count: a clock that jumped ahead once does not empty it.
        try database.execute(
            sql: """
                DELETE FROM storage_history WHERE hour NOT IN (
                    SELECT hour FROM storage_history ORDER BY hour DESC LIMIT \(StorageHistory.hourLimit))
                """)
    }
}
