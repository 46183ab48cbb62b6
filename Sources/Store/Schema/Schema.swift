import GRDB

/// Numbered, forward-only migrations.
enum Schema {
    static func migrate(_ pool: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("001") { database in
            try database.execute(sql: Migration001.sql)
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
