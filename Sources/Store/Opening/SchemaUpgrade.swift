import Domain
import GRDB
import Logging

/// Brings the database of an earlier version up to date, and keeps a copy of it from before.
///
///     open ──▶ copy below backups/, checked and synced ──▶ migrations, each in a transaction ──▶ in use
///                 │ no room: nothing has changed, the earlier version can go on
///
/// Migrations only go forward: the copy is the way back to the version before.
struct SchemaUpgrade {
    let pool: DatabasePool
    /// The data directory.
    let directory: String
    let now: Instant
    /// Whether the copy is made.
    let makesCopy: Bool
    let logger: Logger
    let progress: @Sendable (OpeningStep) -> Void

    func run() throws {
        switch try pool.read({ try Schema.state($0) }) {
        case .current: return
        case .empty: try Schema.migrate(pool)
        case .newer(let schema): throw newer(schema)
        case .older(let schema):
            let copy = try makesCopy ? copied(schema) : nil
            if copy == nil { logger.warning("the database is migrated without a copy of it, as was asked for") }
            progress(.migrating)
            try migrate(from: schema, copy: copy)
        }
    }

    private func migrate(from schema: String, copy: String?) throws {
        do {
            try Schema.migrate(pool)
        } catch let error as DatabaseError {
            let failure = StoreError(error, operation: "migrate the database from schema \(schema) to \(Schema.newest)")
            // A full or broken disk is told as such.
            guard [.internalError, .constraint].contains(failure.kind) else { throw failure }
            throw StoreError(
                .wrongSchema, operation: failure.operation,
                detail: "\(failure.detail). Install the version that ran before again"
                    + (copy.map { "; should it refuse the database, restore \($0) with it" } ?? ""))
        }
        logger.notice("the database was migrated", metadata: ["from": "\(schema)", "to": "\(Schema.newest)"])
    }

    private func copied(_ schema: String) throws -> String {
        progress(.copying)
        let copy = try BackupCopy(in: Backups(directory: directory), name: BackupName.file(now, schema: schema))
        defer { copy.release() }
        do {
            let source = try BackupCheck.open(pool.path)
            try source.writeWithoutTransaction { try copy.write($0) }
            try source.close()
            let database = try BackupCheck.open(copy.unfinished)
            try database.read { try BackupCheck.check($0, path: copy.unfinished) }
            try database.close()
            try copy.finish(keeping: nil)
        } catch {
            let failure = copy.abandoned(error)
            guard failure.kind == .noSpace else { throw failure }
            throw StoreError(
                .noSpaceForCopy, operation: "copy the database before its migration", detail: failure.detail)
        }
        logger.notice(
            "copied the database before its migration", metadata: ["backup": "\(copy.path)", "schema": "\(schema)"])
        return copy.path
    }

    private func newer(_ schema: String) -> StoreError {
        let way =
            Backups(directory: directory).newest(upTo: Schema.newest).map {
                "or go back to the copy from before the upgrade, without what came since: "
                    + "lpr-appliance restore \($0)"
            } ?? "or restore a backup from before the upgrade"
        return StoreError(
            .wrongSchema, operation: "open the database",
            detail: "it was written by a newer lpr-appliance (schema \(schema), this one knows \(Schema.newest)); "
                + "install that version again, \(way)")
    }
}
