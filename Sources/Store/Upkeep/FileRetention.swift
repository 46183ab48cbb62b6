import Domain
import GRDB

/// Keeps the table of received files within its bounds.
enum FileRetention {
    /// The most rows of one transaction; each has up to five index entries.
    static let portion = 200
    /// Files of which nothing more is to come, whatever their age.
    static let settledLimit: Int64 = 1_000_000

    /// Deletes pictures that no event has claimed for a long time.
    /// - Returns: as they were; their pictures may be unlinked once this is committed (invariant 8).
    static func deleteUnclaimed(before cutoff: Instant, _ context: WriteContext) throws -> [ReceivedFileRecord] {
        let files = try Row.fetchAll(
            context.database.cachedStatement(
                sql: """
                    SELECT \(ReceivedFileRecord.columns) FROM received_files
                    WHERE state = 'unclaimed' AND received_at < ? ORDER BY received_at LIMIT \(portion)
                    """),
            arguments: [cutoff.microseconds]
        ).map(ReceivedFileRecord.init(row:))
        let delete = try context.database.cachedStatement(sql: "DELETE FROM received_files WHERE id = ?")
        for file in files { try delete.execute(arguments: [file.id]) }
        context.unclaimedFiles -= Int64(files.count)
        return files
    }

    /// Forgets files that were joined or noted. The events keep their pictures.
    /// - Returns: how many rows were deleted.
    static func forgetSettled(before cutoff: Instant, _ context: WriteContext) throws -> Int {
        let database = context.database
        try database.cachedStatement(
            sql: """
                DELETE FROM received_files WHERE id IN (
                    SELECT id FROM received_files WHERE state <> 'unclaimed' AND settled_at < ?
                    ORDER BY settled_at LIMIT \(portion))
                """
        ).execute(arguments: [cutoff.microseconds])
        let deleted = database.changesCount
        guard deleted == 0 else { return deleted }
        try database.cachedStatement(
            sql: """
                DELETE FROM received_files WHERE id IN (
                    SELECT id FROM received_files
                    WHERE state <> 'unclaimed' AND id <= (SELECT max(id) FROM received_files) - \(settledLimit)
                    ORDER BY id LIMIT \(portion))
                """
        ).execute()
        return database.changesCount
    }

    /// Forgets announced pictures that come too late if they still come.
    static func forgetAwaited(before cutoff: Instant, _ context: WriteContext) throws -> Int {
        try context.database.cachedStatement(
            sql: """
                DELETE FROM awaited_pictures WHERE (device_id, name, event_id) IN (
                    SELECT device_id, name, event_id FROM awaited_pictures
                    WHERE created_at < ? ORDER BY created_at LIMIT \(portion))
                """
        ).execute(arguments: [cutoff.microseconds])
        return context.database.changesCount
    }
}
