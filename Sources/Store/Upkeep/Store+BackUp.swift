public import Domain
import GRDB

extension Store {
    /// Copies the live database below `backups/` while it is written to: one unchanging view, compact, checked.
    ///
    /// A connection of its own that only reads makes the copy (invariant 2), so that neither the writer nor the page
    /// waits; until it is done the log of the database grows. The copy has its name only once it is whole and synced.
    /// - Parameters:
    ///   - now: names the backup.
    ///   - keeping: how many backups stay, beside those that migrations began with; older ones go once this one is good.
    /// - Returns: the path of the backup.
    /// - Throws: `StoreError`: `noSpace` when the copy would not fit, `inUse` while another one is made; a
    ///   `CancellationError` when the task is cancelled. No trace of the copy is left then.
    public func backUp(now: Instant, keeping: Int = 7) async throws -> String {
        let copy = try BackupCopy(in: Backups(directory: directory), name: BackupName.file(now))
        defer { copy.release() }
        do {
            let source = try BackupCheck.open(pool.path)
            try await source.writeWithoutTransaction { try copy.write($0) }
            try source.close()
            let database = try BackupCheck.open(copy.unfinished)
            try await database.read { try BackupCheck.check($0, path: copy.unfinished) }
            try database.close()
            try copy.finish(keeping: max(1, keeping))
        } catch {
            let failure = copy.abandoned(error)
            if error is CancellationError { throw error }
            throw failure
        }
        return copy.path
    }
}
