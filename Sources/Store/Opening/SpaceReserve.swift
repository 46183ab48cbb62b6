#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that holds a little space for the day on which the disk is full.
///
/// Opening a database writes a few pages. On a disk that something has filled to its last byte the appliance would not
/// even start, and nobody could see on its page why; then this file gives its space up.
struct SpaceReserve {
    /// Bytes: several times what an opening writes.
    static let byteCount = 4 << 20

    private let path: String

    init(directory: String) {
        path = directory + "/reserve"
    }

    /// Takes the space, when it is to be had and not taken yet.
    func take() {
        var status = stat()
        if stat(path, &status) == 0, status.st_size == off_t(Self.byteCount) { return }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let failure = posix_fallocate(descriptor, 0, off_t(Self.byteCount))
        close(descriptor)
        if failure != 0 { unlink(path) }
    }

    /// Gives the space up.
    /// - Returns: whether there was any.
    func release() -> Bool { unlink(path) == 0 }
}
