import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension StoreError {
    /// The error of a transaction that was rolled back.
    ///
    /// A file system without space shows itself as SQLITE_FULL, but also as an I/O error where SQLite extends its
    /// shared memory or a quota is exceeded; the free space tells them apart.
    static func afterRollback(_ error: any Error, path: String) -> any Error {
        guard error is StoreError || error is DatabaseError else { return error }
        let failure = StoreError(error, operation: "commit")
        guard failure.kind == .io else { return failure }
        var system = statvfs()
        guard statvfs(path, &system) == 0, UInt64(system.f_bavail) * UInt64(system.f_frsize) < 1 << 20 else {
            return failure
        }
        return StoreError(.noSpace, operation: failure.operation, detail: failure.detail)
    }
}
