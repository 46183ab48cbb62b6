import GRDB

/// Numbered, forward-only migrations.
enum Schema {
    static func migrate(_ pool: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        for (identifier, sql) in [("001", Migration001.sql), ("002", Migration002.sql), ("004", Migration004.sql)] {
            migrator.registerMigration(identifier) { database in
                try database.execute(sql: sql)
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
