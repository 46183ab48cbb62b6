import GRDBSQLite

/// Looks into the database of an appliance that runs, by a connection that only reads (invariant 2).
final class DatabaseWatch {
    private let connection: OpaquePointer
    private let newest: RawStatement
    private let change: RawStatement

    /// - Parameter directory: the data directory.
    init(directory: String) throws(BenchmarkError) {
        let path = "\(directory)/appliance.sqlite"
        var opened: OpaquePointer?
        guard sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY, nil) == SQLITE_OK, let opened else {
            throw BenchmarkError("cannot read \(path)")
        }
        connection = opened
        sqlite3_busy_timeout(connection, 1_000)
        newest = try RawStatement("SELECT coalesce(max(id), 0) FROM lpr_events", connection)
        change = try RawStatement("SELECT coalesce(max(sequence), 0) FROM changes", connection)
    }

    deinit {
        sqlite3_close_v2(connection)
    }

    /// The number of the newest row of `lpr_events`: a look at one page for each level of the table.
    func newestRow() throws(BenchmarkError) -> Int { Int(try newest.number()) }

    /// The number of the newest row of the change feed.
    func newestChange() throws(BenchmarkError) -> Int { Int(try change.number()) }
}
