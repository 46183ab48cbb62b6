import Domain
import GRDB
import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Checks a database after an unclean stop and puts a damaged one aside.
struct DamageCheck {
    let directory: String
    let path: String
    let now: Instant

    /// - Returns: what was put aside; nil when the database is sound or not there yet.
    func putAsideIfDamaged(logger: Logger) throws -> OpeningReport.Damage? {
        guard access(path, F_OK) == 0, let finding = finding() else { return nil }
        let aside = try putAside()
        let backup = Backups(directory: directory).newest()
        logger.critical(
            "the database was damaged and put aside",
            metadata: ["finding": "\(finding)", "aside": "\(aside)", "backup": "\(backup ?? "none")"])
        return OpeningReport.Damage(foundAt: now, finding: finding, putAsideAs: aside, newestBackup: backup)
    }

    /// What is wrong with the file; nil when nothing is.
    private func finding() -> String? {
        do {
            // Read-only, which takes the log of a crash into account but neither writes into a database that may be
            // damaged, nor brings the log into it: on a full disk an empty log could not be begun again.
            var configuration = Configuration()
            configuration.readonly = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            let findings = try queue.read { database in
                try String.fetchAll(database, sql: "PRAGMA quick_check(5)")
            }
            return findings == ["ok"] ? nil : findings.joined(separator: "; ")
        } catch let error as DatabaseError {
            guard StoreError.kind(ofResultCode: error.extendedResultCode.rawValue) == .corrupt else { return nil }
            return error.message ?? "not a database"
        } catch {
            return nil
        }
    }

    private func putAside() throws -> String {
        let date = CivilDate(now)
        func pad(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let stamp =
            "\(date.year)\(pad(date.month))\(pad(date.day))T\(pad(date.hour))\(pad(date.minute))\(pad(date.second))Z"
        var target = "\(path).damaged-\(stamp)"
        var attempt = 1
        while access(target, F_OK) == 0 {
            attempt += 1
            target = "\(path).damaged-\(stamp)-\(attempt)"
        }
        for suffix in ["", "-wal", "-shm"] where access(path + suffix, F_OK) == 0 {
            guard rename(path + suffix, target + suffix) == 0 else {
                throw StoreError(
                    .io, operation: "put aside \(path + suffix)", detail: String(cString: strerror(errno)))
            }
        }
        return target
    }
}
