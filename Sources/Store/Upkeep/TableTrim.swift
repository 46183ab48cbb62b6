import Domain
import GRDB

/// Keeps a table that grows at its end within its bounds, by deleting a few rows at its beginning.
///
/// The table has no index on time: its primary key rises with time, so what is old or too much stands at the front.
struct TableTrim: Sendable {
    /// The most rows of one transaction; they take a millisecond or two, so that intake hardly waits.
    static let portion: Int64 = 500

    let table: String
    let key: String
    /// When a row was written, microseconds; nil for a table that is bounded by count alone.
    let timeColumn: String?
    /// Whether the last row stays whatever its age, so that its number is never given again.
    let keepsLast: Bool

    static let communicationLogs = TableTrim(
        table: "communication_logs", key: "id", timeColumn: "created_at", keepsLast: false)
    static let rejectedMessages = TableTrim(
        table: "rejected_messages", key: "id", timeColumn: nil, keepsLast: false)
    static let fileTransfers = TableTrim(table: "file_transfers", key: "id", timeColumn: nil, keepsLast: false)
    static let auditLog = TableTrim(table: "audit_log", key: "id", timeColumn: nil, keepsLast: false)
    static let changes = TableTrim(table: "changes", key: "sequence", timeColumn: "changed_at", keepsLast: true)

    /// Looks at the first rows and deletes those of them that are too old, or too many behind the last one.
    /// - Parameters:
    ///   - rows: how many rows may stay, by their keys.
    ///   - cutoff: rows written before it go; nil deletes by count alone.
    ///   - end: the last key that may go at all.
    /// - Returns: how many were deleted. 0 when the table is within its bounds.
    func deletePortion(
        rows: Int64, before cutoff: Instant?, through end: Int64 = .max, _ context: WriteContext
    ) throws -> Int {
        let database = context.database
        let ends = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT (SELECT min(\(key)) FROM \(table)), (SELECT max(\(key)) FROM \(table))"))
        guard let first = ends?[0] as Int64?, let last = ends?[1] as Int64? else { return 0 }
        var tooOld = ""
        var arguments: StatementArguments = [
            first, min(first.addingSaturating(Self.portion - 1), keepsLast ? last - 1 : last, end), last - rows,
        ]
        if let timeColumn, let cutoff {
            tooOld = " OR \(timeColumn) < ?"
            arguments += [cutoff.microseconds]
        }
        try database.cachedStatement(
            sql: "DELETE FROM \(table) WHERE \(key) BETWEEN ? AND ? AND (\(key) <= ?\(tooOld))"
        ).execute(arguments: arguments)
        return database.changesCount
    }
}
