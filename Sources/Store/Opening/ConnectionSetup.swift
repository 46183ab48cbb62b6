import GRDB

extension DatabasePool {
    /// Readers beside the writer. Each has its own page cache of `readerCacheKiB`.
    static let readers = 4
    /// Bytes. An event alone in its transaction touches eight pages; smaller pages spare a flash disk.
    private static let pageSize = 2_048
    /// Pages of the log before a checkpoint, 8 MiB. Later ones would copy pages that change again and again fewer times,
    /// but events wait for a checkpoint.
    private static let checkpointPages = 4_000
    private static let writerCacheKiB = 8_192
    private static let readerCacheKiB = 2_048

    /// Opens the database as invariant 1 asks for: WAL with `synchronous=FULL`, read back and checked.
    ///
    /// GRDB sets `synchronous=NORMAL` when it turns WAL on, after `prepareDatabase` has run, so FULL is set once more
    /// behind it. Only the writer checkpoints (invariant 2): readers are opened read-only.
    static func appliance(path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.maximumReaderCount = readers
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            if !database.configuration.readonly {
                // Take effect on a database without tables only.
                try database.execute(sql: "PRAGMA page_size = \(pageSize)")
                try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            }
            let cache = database.configuration.readonly ? readerCacheKiB : writerCacheKiB
            try database.execute(sql: "PRAGMA cache_size = -\(cache)")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
            let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
            guard synchronous == 2, journal == "wal" else {
                throw StoreError(
                    .internalError, operation: "open \(path)",
                    detail: "synchronous=\(synchronous ?? -1), journal_mode=\(journal ?? "?"); 2 and wal are needed")
            }
        }
        return pool
    }
}
