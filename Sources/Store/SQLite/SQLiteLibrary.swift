import GRDBSQLite

/// SQLite as it is loaded now, which may be newer than the one that this was built with.
public enum SQLiteLibrary {
    /// Such as `3.40.1`.
    public static var version: String { String(cString: sqlite3_libversion()) }
}
