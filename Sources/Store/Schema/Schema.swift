import GRDB

/// Numbered, forward-only migrations.
enum Schema {
    static func migrate(_ pool: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        let migrations = [
            ("001", Migration001.sql), ("002", Migration002.sql), ("003", Migration003.sql), ("004", Migration004.sql),
            ("005", Migration005.sql),
        ]
        for (identifier, sql) in migrations {
            migrator.registerMigration(identifier) { database in
                try database.execute(sql: sql)
                if identifier == "003" { try Migration003.awaitPictures(database) }
            }
        }
        try pool.writeWithoutTransaction { database in
            if try migrator.hasBeenSuperseded(database) {
                throw StoreError(
                    .internalError, operation: "open the database",
                    detail: "it was written by a newer lpr-appliance; install that version again")
            }
        }
        try migrator.migrate(pool)
    }
}
