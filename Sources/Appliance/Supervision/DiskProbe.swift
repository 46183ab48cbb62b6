import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Asks the disk by reading one small file from it.
///
/// A card that dies answers late, then with errors, then not at all, and whoever reads or writes then hangs in the
/// kernel. The state of a file or the free space come from memory and tell nothing; a write would tell most and wear
/// out the flash of an idle box, while a busy one writes anyway and its writer is asked as well. So the file is read, and
/// the system is told before to forget what it has of it.
///
/// An error is an answer: starting again mends no disk, and `status` tells of it.
final class DiskProbe: Sendable {
    private static let byteCount = 4_096

    private let path: String
    /// Of its own, as the read may hang for ever.
    private let queue = DispatchQueue(label: "disk-probe")

    /// - Parameter path: the file; it is made when it is not there, and without space for it nothing is read.
    init(path: String) {
        self.path = path
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        let bytes = [UInt8](repeating: 0x2E, count: Self.byteCount)
        _ = write(file, bytes, bytes.count)
        close(file)
    }

    func ask(_ answer: @escaping @Sendable () -> Void) {
        queue.async { [self] in
            read()
            answer()
        }
    }

    private func read() {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        _ = pread(file, &bytes, bytes.count, 0)
    }
}

extension LivenessProbe {
    static func disk(of directory: DataDirectory) -> LivenessProbe {
        let probe = DiskProbe(path: directory.diskProbe)
        return LivenessProbe(name: "the disk") { probe.ask($0) }
    }
}
