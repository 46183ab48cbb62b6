import GRDBSQLite

extension RawDatabase {
    /// The events of a data directory that no appliance runs on.
    static func eventCount(directory: String) throws(BenchmarkError) -> Int {
        try number("SELECT count(*) FROM lpr_events", directory: directory)
    }

    /// The same of events that a broker has acknowledged on `lpr/data/processed`.
    static func sentOnCount(directory: String) throws(BenchmarkError) -> Int {
        let sql = "SELECT count(*) FROM communication_logs WHERE message_type = 'lpr_event_processed' AND success"
        return try number(sql, directory: directory)
    }

    /// The newest row of the change feed of such a directory.
    static func newestChange(directory: String) throws(BenchmarkError) -> Int {
        try number("SELECT coalesce(max(sequence), 0) FROM changes", directory: directory)
    }

    private static func number(_ sql: String, directory: String) throws(BenchmarkError) -> Int {
        let connection = try open("\(directory)/appliance.sqlite")
        defer { sqlite3_close_v2(connection) }
        return Int(try RawStatement(sql, connection).number())
    }
}
