import Glibc

/// An open key file or key directory, closed when it goes out of scope.
struct KeyDescriptor: ~Copyable, Sendable {
    let raw: Int32

    deinit { close(raw) }

    /// Refuses what is not of `type`, not ours, or open to group or others.
    ///
    /// - Parameter mode: the mode that the hint recommends.
    func checkPrivate(_ operation: String, path: String, type: mode_t, mode: String) throws(VaultError) {
        var status = stat()
        guard fstat(raw, &status) == 0 else { throw .io(operation, path: path, errorNumber: errno) }
        guard status.st_mode & S_IFMT == type else {
            throw .insecure(
                operation,
                path: path,
                cause: "it is neither a plain file nor a directory",
                hint: "move it away"
            )
        }
        guard status.st_uid == geteuid() else {
            throw .insecure(
                operation,
                path: path,
                cause: "it belongs to user \(status.st_uid), not to user \(geteuid())",
                hint: "run the appliance as its owner, or chown it if nobody else has seen the keys"
            )
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .insecure(
                operation,
                path: path,
                cause: "group or others may access it",
                hint: "chmod \(mode) it, and replace the keys if somebody may have read them"
            )
        }
    }

    func write(_ bytes: [UInt8], path: String) throws(VaultError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(raw, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .io("write key", path: path, errorNumber: count < 0 ? errno : EIO) }
            written += count
        }
    }

    func read(upTo limit: Int, path: String) throws(VaultError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < limit {
            let count = Glibc.read(raw, &chunk, min(chunk.count, limit - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .io("read key", path: path, errorNumber: errno) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    func sync(path: String) throws(VaultError) {
        while fsync(raw) != 0 {
            guard errno == EINTR else { throw .io("fsync", path: path, errorNumber: errno) }
        }
    }
}
