import GRDB

/// Numbered, forward-only migrations.
enum Schema {
    private static let migrations = [
        ("001", Migration001.sql), ("002", Migration002.sql), ("003", Migration003.sql), ("004", Migration004.sql),
        ("005", Migration005.sql),
    ]

    /// The number of the newest migration that this program knows. Numbers have three digits, so that they sort as text.
    static let newest = migrations.last?.0 ?? ""

    /// What a database is to this program.
    enum State: Equatable {
        /// Nothing is in it yet.
        case empty
        case current
        /// - Parameter schema: the number of its newest migration.
        case older(schema: String)
        /// Some version after this one has written it.
        case newer(schema: String)
    }

    static func state(_ database: Database) throws -> State {
        let applied = try migrator.appliedIdentifiers(database)
        let known = Set(migrations.map(\.0))
        if let unknown = applied.subtracting(known).max() { return .newer(schema: unknown) }
        guard let schema = applied.max() else { return .empty }
        return applied == known ? .current : .older(schema: schema)
    }

    static func migrate(_ pool: DatabasePool) throws { try migrator.migrate(pool) }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (identifier, sql) in migrations {
            migrator.registerMigration(identifier) { database in
                try database.execute(sql: sql)
                if identifier == "003" { try Migration003.awaitPictures(database) }
            }
        }
        return migrator
    }
}
