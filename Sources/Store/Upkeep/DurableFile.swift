#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// File operations that are on disk when they return.
enum DurableFile {
    /// - Parameter path: a file or a directory; of a directory its entries are synced.
    static func sync(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync \(path)") }
    }

    /// Makes an empty file that its owner alone may read.
    static func create(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create \(path)") }
        close(descriptor)
    }

    static func rename(_ path: String, to target: String) throws(StoreError) {
        guard posixRename(path, target) == 0 else { throw failure("rename \(path) to \(target)") }
    }

    /// Copies a file's bytes into a new file and syncs it.
    static func copy(_ path: String, to target: String) throws(StoreError) {
        let source = open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw failure("open \(path)") }
        defer { close(source) }
        let destination = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard destination >= 0 else { throw failure("create \(target)") }
        defer { close(destination) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read \(path)") }
            if count == 0 { break }
            var written = 0
            while written < count {
                let step = buffer.withUnsafeBytes { bytes in
                    write(destination, bytes.baseAddress?.advanced(by: written), count - written)
                }
                if step < 0, errno == EINTR { continue }
                guard step >= 0 else { throw failure("write \(target)") }
                written += step
            }
        }
        guard fsync(destination) == 0 else { throw failure("sync \(target)") }
    }

    /// What `errno` says, with a full disk told apart.
    static func failure(_ operation: String) -> StoreError {
        let code = errno
        return StoreError(
            code == ENOSPC || code == EDQUOT ? .noSpace : .io, operation: operation,
            detail: String(cString: strerror(code)))
    }

    /// Free bytes for this process in the file system of `path`; nil when it does not say.
    static func freeBytes(_ path: String) -> UInt64? {
        var system = statvfs()
        guard statvfs(path, &system) == 0 else { return nil }
        return UInt64(system.f_bavail) * UInt64(system.f_frsize)
    }
}

/// The system's call, which the member of the same name would hide.
private let posixRename: @Sendable (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32 = { rename($0, $1) }
