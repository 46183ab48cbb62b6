import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A small file system in memory that only programs started through `prefix` see at `path`.
///
/// It is mounted in a mount namespace of its own, which a waiting process holds: when that ends, nothing is left, also
/// when the tests are killed.
final class SmallDisk: Sendable {
    let path: String
    /// Starts a program where the file system is mounted.
    let prefix: [String]
    /// Where everybody else may look into it.
    let root: String
    private let holder: ChildProcess
    private let folder: ScratchFolder

    /// - Returns: nil where the system does not let us mount anything; the test's output says why.
    static func make(mebibytes: Int) async throws -> SmallDisk? {
        let folder = try ScratchFolder()
        let point = folder.path
        // Without root, a user namespace gives the right to mount, where the system allows that.
        let isRoot = getuid() == 0
        let flags = isRoot ? ["--mount"] : ["--user", "--map-root-user", "--mount"]
        let script = "mount -t tmpfs -o size=\(mebibytes)m,mode=700 tmpfs \(point) && echo mounted && read -r _"
        let holder = try ChildProcess(["unshare"] + flags + ["--propagation", "private", "sh", "-c", script])
        do {
            _ = try await holder.output.line(after: "mounted")
        } catch {
            holder.closeInput()
            let reason = (try? await holder.errors.whole()) ?? "\(error)"
            print("No small file system can be mounted here; only a reserve larger than the disk is tried: \(reason)")
            return nil
        }
        let entry = ["nsenter", "--target", "\(holder.pid)"]
        let prefix = entry + (isRoot ? ["--mount"] : ["--user", "--preserve-credentials", "--mount"])
        return SmallDisk(
            path: point, prefix: prefix + ["--"], root: "/proc/\(holder.pid)/root\(point)", holder: holder,
            folder: folder)
    }

    private init(path: String, prefix: [String], root: String, holder: ChildProcess, folder: ScratchFolder) {
        self.path = path
        self.prefix = prefix
        self.root = root
        self.holder = holder
        self.folder = folder
    }
}

/// Writes a file until there is no space for another byte.
func fillToTheLastByte(_ path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw TestFailure("\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    for size in [65_536, 4_096, 1] {
        let block = [UInt8](repeating: 0x62, count: size)
        while write(descriptor, block, size) == size {}
    }
    guard errno == ENOSPC else { throw TestFailure("the disk does not fill: \(String(cString: strerror(errno)))") }
}
