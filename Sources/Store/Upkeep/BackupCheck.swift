import GRDB

/// Tells whether a file is a sound database of the appliance.
enum BackupCheck {
    /// Nothing but reads.
    static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// - Throws: `StoreError` `corrupt` with what is wrong.
    static func check(_ database: Database, path: String) throws {
        let operation = "check \(path)"
        let findings = try String.fetchAll(database, sql: "PRAGMA quick_check(5)")
        guard findings == ["ok"] else {
            throw StoreError(.corrupt, operation: operation, detail: findings.joined(separator: "; "))
        }
        guard try database.tableExists("lpr_events"), try database.tableExists("changes") else {
            throw StoreError(.corrupt, operation: operation, detail: "it is no database of the appliance")
        }
    }

    /// - Throws: `StoreError` `wrongSchema` for a backup that this program could not open.
    static func checkSchema(_ database: Database, path: String) throws {
        guard case .newer(let schema) = try Schema.state(database) else { return }
        throw StoreError(
            .wrongSchema, operation: "restore \(path)",
            detail: "it was written by a newer lpr-appliance (schema \(schema), this one knows \(Schema.newest)); "
                + "install that version, or name another backup")
    }
}
