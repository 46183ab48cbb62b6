import Domain
import GRDB

/// Deletes messages that were sent: after a while, or when many newer ones were. What waits is never touched.
enum OutboxTrim {
    /// The last row stays, so that its number is never given again.
    /// - Returns: how many were deleted.
    static func deletePortion(rows: Int64, before cutoff: Instant, _ context: WriteContext) throws -> Int {
        try context.database.execute(
            sql: """
                DELETE FROM mqtt_outbox WHERE id IN (
                    SELECT id FROM mqtt_outbox
                    WHERE sent_at IS NOT NULL AND id < (SELECT max(id) FROM mqtt_outbox) AND (
                        sent_at < ?1 OR id <= (
                            SELECT id FROM mqtt_outbox WHERE sent_at IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?2))
                    ORDER BY id LIMIT \(TableTrim.portion))
                """,
            arguments: [cutoff.microseconds, rows])
        return context.database.changesCount
    }
}
