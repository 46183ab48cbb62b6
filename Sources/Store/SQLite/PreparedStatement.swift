import Domain
import GRDB
import GRDBSQLite

/// One prepared statement of the writer, bound by place.
///
/// GRDB boxes every argument into a `DatabaseValue` in an array; on the path of an event that costs about as much as
/// SQLite itself. Statements of that path bind straight to SQLite through this type, which is the only one that does.
/// It lives and dies on the writer's queue.
final class PreparedStatement {
    private let statement: OpaquePointer
    private let connection: OpaquePointer
    private let operation: String

    /// - Throws: `StoreError` when the SQL does not fit the schema.
    init(_ sql: String, operation: String, in database: Database) throws(StoreError) {
        guard let connection = database.sqliteConnection else {
            throw StoreError(.closed, operation: operation, detail: "the connection is closed")
        }
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else {
            throw StoreError(
                StoreError.kind(ofResultCode: code), operation: operation,
                detail: String(cString: sqlite3_errmsg(connection)))
        }
        statement = prepared
        self.connection = connection
        self.operation = operation
    }

    deinit {
        sqlite3_finalize(statement)
    }

    /// Binds from the first place on, runs the statement to its end and resets it.
    /// - Returns: how many rows it changed.
    @discardableResult
    func run(_ bind: (inout Binder) -> Void) throws(StoreError) -> Int {
        var binder = Binder(statement: statement)
        bind(&binder)
        var code = binder.code
        if code == SQLITE_OK {
            repeat { code = sqlite3_step(statement) } while code == SQLITE_ROW
        }
        try reset(after: code)
        return Int(sqlite3_changes(connection))
    }

    /// Binds, and gives the first row to `row`; nil when there is none.
    func first<Value>(
        _ bind: (inout Binder) -> Void, row: (RowReader) -> Value
    ) throws(StoreError) -> Value? {
        var binder = Binder(statement: statement)
        bind(&binder)
        var code = binder.code
        var value: Value?
        if code == SQLITE_OK {
            code = sqlite3_step(statement)
            if code == SQLITE_ROW { value = row(RowReader(statement: statement)) }
        }
        try reset(after: code)
        return value
    }

    private func reset(after code: Int32) throws(StoreError) {
        if code == SQLITE_DONE || code == SQLITE_ROW || code == SQLITE_OK {
            sqlite3_reset(statement)
            return
        }
        let extended = sqlite3_extended_errcode(connection)
        let message = String(cString: sqlite3_errmsg(connection))
        sqlite3_reset(statement)
        throw StoreError(
            StoreError.kind(ofResultCode: extended == SQLITE_OK ? code : extended), operation: operation,
            detail: message)
    }

    /// Binds values one after the other.
    struct Binder {
        private let statement: OpaquePointer
        private var place: Int32 = 0
        fileprivate var code: Int32 = SQLITE_OK

        fileprivate init(statement: OpaquePointer) {
            self.statement = statement
        }

        private mutating func put(_ bind: (OpaquePointer, Int32) -> Int32) {
            place += 1
            let result = bind(statement, place)
            if code == SQLITE_OK { code = result }
        }

        mutating func bind(_ value: Int64) { put { sqlite3_bind_int64($0, $1, value) } }
        mutating func bind(_ value: Double) { put { sqlite3_bind_double($0, $1, value) } }
        mutating func bind(_ value: Instant) { bind(value.microseconds) }

        mutating func bind(_ value: String) {
            var value = value
            put { statement, place in
                value.withUTF8 { bytes in
                    // A copy: the Swift string may be gone before the statement runs.
                    bytes.withMemoryRebound(to: CChar.self) { characters in
                        guard let start = characters.baseAddress else {
                            return sqlite3_bind_text(statement, place, "", 0, transientDestructor)
                        }
                        return sqlite3_bind_text(statement, place, start, Int32(characters.count), transientDestructor)
                    }
                }
            }
        }

        mutating func bind(_ value: [UInt8]) {
            put { statement, place in
                value.withUnsafeBytes { bytes in
                    sqlite3_bind_blob(statement, place, bytes.baseAddress, Int32(bytes.count), transientDestructor)
                }
            }
        }

        mutating func bindNull() { put { sqlite3_bind_null($0, $1) } }
        mutating func bind(_ value: Int64?) { if let value { bind(value) } else { bindNull() } }
        mutating func bind(_ value: Double?) { if let value { bind(value) } else { bindNull() } }
        mutating func bind(_ value: String?) { if let value { bind(value) } else { bindNull() } }
        mutating func bind(_ value: [UInt8]?) { if let value { bind(value) } else { bindNull() } }
        mutating func bind(_ value: Instant?) { bind(value?.microseconds) }
    }

    /// The columns of the current row.
    struct RowReader {
        private let statement: OpaquePointer

        fileprivate init(statement: OpaquePointer) {
            self.statement = statement
        }

        func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

        func blob(_ column: Int32) -> [UInt8] {
            guard let start = sqlite3_column_blob(statement, column) else { return [] }
            return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
        }

        func text(_ column: Int32) -> String? {
            guard let start = sqlite3_column_text(statement, column) else { return nil }
            return String(
                decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))),
                as: UTF8.self)
        }
    }
}

/// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns. The C macro casts -1, which Swift cannot import.
private let transientDestructor = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
