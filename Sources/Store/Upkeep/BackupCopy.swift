import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A copy of the database that is being made below `backups/`, one at a time.
///
///     write ──▶ NAME.unfinished, synced ──▶ checked ──▶ finish: renamed to NAME
///        └─ an error: abandoned, no trace is left
struct BackupCopy {
    private let backups: Backups
    private let hold: BackupHold
    /// What it is called once it is whole.
    let path: String

    /// - Throws: `StoreError` `inUse` while another copy is made.
    init(in backups: Backups, name: String) throws(StoreError) {
        hold = try BackupHold(backups.directory)
        backups.removeUnfinished()
        self.backups = backups
        path = backups.directory + "/" + name
    }

    /// What it is called until then.
    var unfinished: String { path + Backups.unfinishedSuffix }

    /// Copies what `database` sees, compact, and syncs it.
    /// - Parameter database: a connection that only reads (invariant 2), and is in no transaction, where SQLite refuses
    ///   VACUUM; the statement holds its own view.
    /// - Throws: `StoreError` `noSpace` when the copy would not fit.
    func write(_ database: Database) throws {
        let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let freePages = try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        let pageSize = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0
        let needed = UInt64(max(0, pages - freePages) * pageSize) + Backups.reservedBytes
        if let free = DurableFile.freeBytes(backups.directory), free < needed {
            throw StoreError(
                .noSpace, operation: "back up the database",
                detail: "\(free >> 20) MiB are free in \(backups.directory), \(needed >> 20) MiB are needed")
        }
        try DurableFile.create(unfinished)
        try database.execute(sql: "VACUUM INTO ?", arguments: [unfinished])
        try DurableFile.sync(unfinished)
    }

    /// Gives the copy, which was checked, its name; older ones go now that it is good.
    /// - Parameter count: how many backups stay; nil: all.
    func finish(keeping count: Int?) throws(StoreError) {
        try DurableFile.rename(unfinished, to: path)
        try DurableFile.sync(backups.directory)
        backups.removeAll(but: count)
    }

    /// Takes away what there is of it.
    /// - Returns: `error` for whoever asked, with a full disk told apart.
    func abandoned(_ error: any Error) -> StoreError {
        backups.removeUnfinished()
        let failure = StoreError(error, operation: "back up the database")
        guard failure.kind == .io, let free = DurableFile.freeBytes(backups.directory), free < 1 << 20 else {
            return failure
        }
        return StoreError(.noSpace, operation: failure.operation, detail: failure.detail)
    }

    func release() { hold.release() }
}

/// Lets one backup be made at a time; the system takes the lock back when the process dies.
private struct BackupHold {
    private let descriptor: Int32

    init(_ directory: String) throws(StoreError) {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw DurableFile.failure("create \(directory)") }
        descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DurableFile.failure("open \(directory)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StoreError(.inUse, operation: "back up the database", detail: "a backup is being made already")
        }
    }

    /// Unlocked before it is closed: a program that is being started at this moment has a copy of the descriptor until
    /// it runs, and the lock would live as long.
    func release() {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
