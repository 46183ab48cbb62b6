public import Domain
import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Store {
    /// Copies the live database below `backups/` while it is written to: one unchanging view, compact, checked.
    ///
    /// A connection of its own that only reads makes the copy (invariant 2), so that neither the writer nor the page
    /// waits; until it is done the log of the database grows. The copy has its name only once it is whole and synced.
    /// - Parameters:
    ///   - now: names the backup.
    ///   - keeping: how many backups stay; older ones go once this one is good.
    /// - Returns: the path of the backup.
    /// - Throws: `StoreError`: `noSpace` when the copy would not fit, `inUse` while another one is made; a
    ///   `CancellationError` when the task is cancelled. No trace of the copy is left then.
    public func backUp(now: Instant, keeping: Int = 7) async throws -> String {
        let backups = Backups(directory: directory)
        let hold = try BackupHold(backups.directory)
        defer { hold.release() }
        backups.removeUnfinished()
        let path = backups.directory + "/" + BackupName.file(now)
        let partial = path + Backups.unfinishedSuffix
        do {
            try await copyDatabase(to: partial, beside: backups.directory)
            let copy = try BackupCheck.open(partial)
            try await copy.read { database in try BackupCheck.check(database, path: partial) }
            try copy.close()
            try DurableFile.rename(partial, to: path)
            try DurableFile.sync(backups.directory)
        } catch {
            backups.removeUnfinished()
            if error is CancellationError { throw error }
            let failure = StoreError(error, operation: "back up the database")
            guard failure.kind == .io, let free = DurableFile.freeBytes(backups.directory), free < 1 << 20 else {
                throw failure
            }
            throw StoreError(.noSpace, operation: failure.operation, detail: failure.detail)
        }
        backups.removeAll(but: max(1, keeping))
        return path
    }

    private func copyDatabase(to partial: String, beside directory: String) async throws {
        let source = try BackupCheck.open(pool.path)
        // Not in a transaction, where SQLite refuses VACUUM; the statement holds its own view.
        try await source.writeWithoutTransaction { database in
            let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            let freePages = try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            let pageSize = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0
            let needed = UInt64(max(0, pages - freePages) * pageSize) + Backups.reservedBytes
            if let free = DurableFile.freeBytes(directory), free < needed {
                throw StoreError(
                    .noSpace, operation: "back up the database",
                    detail: "\(free >> 20) MiB are free in \(directory), \(needed >> 20) MiB are needed")
            }
            try DurableFile.create(partial)
            try database.execute(sql: "VACUUM INTO ?", arguments: [partial])
            try DurableFile.sync(partial)
        }
        try source.close()
    }
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
