public import Domain
import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Backups {
    /// Puts a backup in the place of the database of a stopped appliance. The present database is kept beside it.
    ///
    /// Nothing is touched before the backup has been checked and copied. The present database may be a damaged one and
    /// is not opened: it gets a second name as it is, and the copy takes its first one in a single step. The log that
    /// an unclean stop left goes first, under the second name as well, as it must not meet the restored database.
    /// - Parameters:
    ///   - path: a file that `Store.backUp` made.
    ///   - dataDirectory: where `appliance.sqlite` lies or shall lie.
    ///   - now: names what is put aside.
    /// - Returns: where the present database lies now; nil when there was none.
    /// - Throws: `StoreError`: `inUse` while an appliance runs there, `corrupt` when the backup is not sound,
    ///   `wrongSchema` when a newer version made it, `noSpace`.
    @discardableResult
    public static func restore(_ path: String, into dataDirectory: String, now: Instant) throws -> String? {
        let hold = try DirectoryHold(directory: dataDirectory)
        do {
            let aside = try replaceDatabase(in: dataDirectory, by: path, now: now)
            hold.releaseCleanly()
            return aside
        } catch {
            // After an unclean stop the next start must still check the database.
            if hold.wasClosedCleanly { hold.releaseCleanly() }
            throw StoreError(error, operation: "restore \(path)")
        }
    }

    private static func replaceDatabase(in directory: String, by path: String, now: Instant) throws -> String? {
        let target = directory + "/appliance.sqlite"
        let copy = target + ".restoring"
        guard access(path, R_OK) == 0 else { throw DurableFile.failure("read \(path)") }
        removeDatabase(copy)
        do {
            // The copy is checked, not the original: what is checked is what will be used.
            try DurableFile.copy(path, to: copy)
            let database = try BackupCheck.open(copy)
            try database.read {
                try BackupCheck.check($0, path: path)
                try BackupCheck.checkSchema($0, path: path)
            }
            try database.close()
            removeDatabase(copy, logOnly: true)
        } catch {
            removeDatabase(copy)
            throw error
        }
        let aside = unusedName(target + ".replaced-" + BackupName.stamp(now))
        let isReplacing = access(target, F_OK) == 0
        for suffix in ["-wal", "-shm"] where access(target + suffix, F_OK) == 0 {
            try DurableFile.rename(target + suffix, to: aside + suffix)
        }
        if isReplacing, link(target, aside) != 0 { throw DurableFile.failure("keep \(target) as \(aside)") }
        try DurableFile.sync(directory)
        try DurableFile.rename(copy, to: target)
        try DurableFile.sync(directory)
        return isReplacing ? aside : nil
    }

    private static func unusedName(_ wanted: String) -> String {
        var name = wanted
        var attempt = 1
        while ["", "-wal", "-shm"].contains(where: { access(name + $0, F_OK) == 0 }) {
            attempt += 1
            name = "\(wanted)-\(attempt)"
        }
        return name
    }

    private static func removeDatabase(_ path: String, logOnly: Bool = false) {
        if !logOnly { unlink(path) }
        for suffix in ["-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }
}
