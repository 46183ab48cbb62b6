import GRDBSQLite

/// A prepared statement with nothing between it and SQLite.
final class RawStatement {
    private let statement: OpaquePointer
    private let connection: OpaquePointer
    private var place: Int32 = 0

    init(_ sql: String, _ connection: OpaquePointer) throws(BenchmarkError) {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil) == SQLITE_OK,
            let prepared
        else { throw BenchmarkError("\(sql): \(String(cString: sqlite3_errmsg(connection)))") }
        statement = prepared
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(statement)
    }

    func bind(_ value: Int64) {
        place += 1
        sqlite3_bind_int64(statement, place, value)
    }

    func bind(_ value: Double) {
        place += 1
        sqlite3_bind_double(statement, place, value)
    }

    func bind(_ value: String) {
        place += 1
        var value = value
        value.withUTF8 { bytes in
            _ = bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(statement, place, $0.baseAddress, Int32($0.count), transientDestructor)
            }
        }
    }

    func bind(_ value: [UInt8]) {
        place += 1
        _ = value.withUnsafeBytes {
            sqlite3_bind_blob(statement, place, $0.baseAddress, Int32($0.count), transientDestructor)
        }
    }

    func bindNull() {
        place += 1
        sqlite3_bind_null(statement, place)
    }

    /// Runs to the end.
    func run() throws(BenchmarkError) {
        place = 0
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        guard code == SQLITE_DONE else { throw BenchmarkError(String(cString: sqlite3_errmsg(connection))) }
        sqlite3_reset(statement)
    }

    /// The first column of the first row.
    func number() throws(BenchmarkError) -> Int64 {
        place = 0
        guard sqlite3_step(statement) == SQLITE_ROW else {
            throw BenchmarkError(String(cString: sqlite3_errmsg(connection)))
        }
        defer { sqlite3_reset(statement) }
        return sqlite3_column_int64(statement, 0)
    }
}

/// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
private let transientDestructor = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
