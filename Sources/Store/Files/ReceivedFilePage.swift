public import GRDB

/// A page of received files, newest first.
public struct ReceivedFilePage: Sendable {
    /// The most files of one page.
    public static let limit = 500

    public let files: [ReceivedFileRecord]
    /// The cursor of the page behind this one; nil when nothing follows.
    public let next: Int64?

    /// - Parameters:
    ///   - cursor: `next` of the page before; nil for the newest.
    ///   - limit: 1…`ReceivedFilePage.limit`; what lies outside is brought inside.
    public static func read(
        state: ReceivedFileRecord.State?, deviceID: String?, after cursor: Int64?, limit: Int, _ database: Database
    ) throws -> ReceivedFilePage {
        let limit = min(max(limit, 1), Self.limit)
        var conditions = ["id < ?"]
        var arguments: StatementArguments = [cursor ?? Int64.max]
        if let state {
            conditions.append("state = ?")
            arguments += [state.rawValue]
        }
        if let deviceID {
            conditions.append("device_id = ?")
            arguments += [deviceID]
        }
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT \(ReceivedFileRecord.columns) FROM received_files WHERE \(conditions.joined(separator: " AND "))
                ORDER BY id DESC LIMIT ?
                """,
            arguments: arguments + [limit + 1])
        let files = rows.prefix(limit).map(ReceivedFileRecord.init(row:))
        return ReceivedFilePage(files: files, next: rows.count > limit ? files.last?.id : nil)
    }
}

/// What waits for its event.
public struct UnclaimedFiles: Sendable, Hashable {
    public let count: Int
    /// Bytes of all of them.
    public let byteCount: Int64

    public static func count(_ database: Database) throws -> UnclaimedFiles {
        let row = try Row.fetchOne(
            database, sql: "SELECT count(*), coalesce(sum(size), 0) FROM received_files WHERE state = 'unclaimed'")
        return UnclaimedFiles(count: row?[0] ?? 0, byteCount: row?[1] ?? 0)
    }
}
