import Glibc

/// How full a file system is.
public struct DiskSpace: Sendable, Equatable {
    /// Size of the file system in bytes.
    public let total: Int64
    /// Bytes that a user other than root can still write.
    public let available: Int64

    public init(total: Int64, available: Int64) {
        self.total = total
        self.available = available
    }

    /// Asks the file system that holds `path`.
    ///
    /// - Throws: `MediaError.io`.
    public static func read(_ path: String) throws(MediaError) -> DiskSpace {
        var status = statvfs()
        guard retryingInterrupts({ statvfs(path, &status) }) == 0 else {
            throw .io(operation: "read free space", path: path, errorNumber: errno)
        }
        return DiskSpace(
            total: bytes(blocks: UInt64(status.f_blocks), of: UInt64(status.f_frsize)),
            available: bytes(blocks: UInt64(status.f_bavail), of: UInt64(status.f_frsize))
        )
    }

    /// Some network file systems say "endless" with the largest number there is.
    private static func bytes(blocks: UInt64, of size: UInt64) -> Int64 {
        let (product, overflows) = blocks.multipliedReportingOverflow(by: size)
        return overflows ? .max : Int64(clamping: product)
    }
}
