#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How full a file system is.
struct FileSystemUse: Sendable {
    /// Bytes.
    var total: Int64
    /// Bytes that a user other than root can still write.
    var available: Int64
    /// How many files it can hold; 0 where it knows no limit.
    var files: Int64
    var filesAvailable: Int64
    var isReadOnly: Bool

    init(total: Int64, available: Int64, files: Int64, filesAvailable: Int64, isReadOnly: Bool) {
        self.total = total
        self.available = available
        self.files = files
        self.filesAvailable = filesAvailable
        self.isReadOnly = isReadOnly
    }

    /// Asks the file system that holds `path`; nil when it does not tell.
    init?(of path: String) {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        func bytes(_ blocks: UInt) -> Int64 {
            let product = blocks.multipliedReportingOverflow(by: UInt(status.f_frsize))
            return product.overflow ? .max : Int64(clamping: product.partialValue)
        }
        self.init(
            total: bytes(UInt(status.f_blocks)), available: bytes(UInt(status.f_bavail)),
            files: Int64(clamping: status.f_files), filesAvailable: Int64(clamping: status.f_favail),
            isReadOnly: status.f_flag & UInt(ST_RDONLY) != 0)
    }
}
