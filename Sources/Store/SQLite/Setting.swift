import Domain
import GRDB

/// A named value in the table `settings`.
struct Setting {
    static let searchIndexedThrough = Setting(name: "search.indexed_through")

    let name: String

    func read(_ database: Database) throws -> String? {
        try String.fetchOne(database, sql: "SELECT value FROM settings WHERE name = ?", arguments: [name])
    }

    func write(_ value: String, _ context: WriteContext) throws {
        try context.database.execute(
            sql: """
                INSERT INTO settings (name, value, updated_at) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
                """,
            arguments: [name, value, context.now.microseconds])
    }

    func delete(_ context: WriteContext) throws {
        try context.database.execute(sql: "DELETE FROM settings WHERE name = ?", arguments: [name])
    }
}
