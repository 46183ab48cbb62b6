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
        try delete(files, context)
        return files
    }

    /// Deletes the first of them by the order of their arrival, in which no clock has a say.
    static func deleteOldest(limit: Int, _ context: WriteContext) throws -> [ReceivedFileRecord] {
        let files = try Row.fetchAll(
            context.database.cachedStatement(
                sql: """
                    SELECT \(ReceivedFileRecord.columns) FROM received_files
                    WHERE state = 'unclaimed' ORDER BY id LIMIT ?
                    """),
            arguments: [min(limit, portion)]
        ).map(ReceivedFileRecord.init(row:))
        try delete(files, context)
        return files
    }

    private static func delete(_ files: [ReceivedFileRecord], _ context: WriteContext) throws {
        let delete = try context.database.cachedStatement(sql: "DELETE FROM received_files WHERE id = ?")
        for file in files { try delete.execute(arguments: [file.id]) }
        context.unclaimedFiles -= Int64(files.count)
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

extension WriteContext {
    /// Deletes pictures that no event has claimed, those that came first.
    /// - Returns: as they were; their pictures may be unlinked once this is committed (invariant 8).
    public func deleteOldestUnclaimedFiles(limit: Int) throws -> [ReceivedFileRecord] {
        try FileRetention.deleteOldest(limit: limit, self)
    }
}

extension Store {
    /// How many pictures no event has claimed, and their bytes.
    public func unclaimedFiles() async throws -> (files: Int64, bytes: Int64) {
        try await read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT count(*), coalesce(sum(size), 0) FROM received_files WHERE state = 'unclaimed'")
            return (row?[0] ?? 0, row?[1] ?? 0)
        }
    }
}
