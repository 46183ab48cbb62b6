import Glibc

/// An open file or directory, closed when it goes out of scope.
struct Descriptor: ~Copyable, Sendable {
    let raw: Int32

    deinit { close(raw) }

    /// Opens `name` below an open directory. The last part is never followed when it is a symbolic link.
    ///
    /// - Parameters:
    ///   - directory: an open directory, or `AT_FDCWD`.
    ///   - shownPath: what an error calls the file.
    static func open(
        _ name: String,
        in directory: Int32,
        flags: Int32,
        mode: mode_t = 0,
        shownPath: String
    ) throws(MediaError) -> Descriptor {
        let raw = retryingInterrupts { openat(directory, name, flags | O_CLOEXEC | O_NOFOLLOW, mode) }
        guard raw < 0 else { return Descriptor(raw: raw) }
        switch errno {
        case ENOENT: throw .missing(path: shownPath)
        case ELOOP, ENOTDIR:
            throw .unsafePath(shownPath, cause: "a symbolic link, or a file where a directory should be")
        case let number: throw .io(operation: "open", path: shownPath, errorNumber: number)
        }
    }

    /// A descriptor of its own for what `raw` has open.
    static func duplicate(of raw: Int32, shownPath: String) throws(MediaError) -> Descriptor {
        let own = fcntl(raw, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { throw .io(operation: "use open", path: shownPath, errorNumber: errno) }
        return Descriptor(raw: own)
    }

    /// Writes all of `bytes`.
    func write(_ bytes: [UInt8], shownPath: String) throws(MediaError) {
        try Self.write(bytes, to: raw, shownPath: shownPath)
    }

    static func write(_ bytes: [UInt8], to raw: Int32, shownPath: String) throws(MediaError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                retryingInterrupts {
                    Glibc.write(raw, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                }
            }
            guard count > 0 else {
                throw .io(operation: "write", path: shownPath, errorNumber: count < 0 ? errno : EIO)
            }
            written += count
        }
    }

    /// Returns when contents and metadata are on disk. On a directory: when the names in it are.
    func sync(shownPath: String) throws(MediaError) {
        guard retryingInterrupts({ fsync(raw) }) == 0 else {
            throw .io(operation: "fsync", path: shownPath, errorNumber: errno)
        }
    }

    /// Size in bytes of a regular file; anything else is refused.
    func regularFileSize(shownPath: String) throws(MediaError) -> Int {
        var status = stat()
        guard fstat(raw, &status) == 0 else { throw .io(operation: "stat", path: shownPath, errorNumber: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unsafePath(shownPath, cause: "not a regular file") }
        return Int(status.st_size)
    }

    /// The bytes of `range`, fewer when the file ends before it does.
    func read(_ range: Range<Int>, shownPath: String) throws(MediaError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            while filled < range.count {
                let count = retryingInterrupts {
                    pread(
                        raw,
                        buffer.baseAddress?.advanced(by: filled),
                        range.count - filled,
                        range.lowerBound + filled
                    )
                }
                if count < 0 { failure = errno }
                guard count > 0 else { return }
                filled += count
            }
        }
        guard failure == 0 else { throw .io(operation: "read", path: shownPath, errorNumber: failure) }
        return bytes
    }
}

/// Repeats a system call as long as a signal interrupts it.
func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
