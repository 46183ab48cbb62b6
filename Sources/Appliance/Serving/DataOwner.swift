#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The user whom a data directory belongs to. What anybody else makes in it the appliance could not open later.
struct DataOwner: Sendable {
    let user: uid_t
    let group: gid_t

    /// - Returns: nil when there is no such directory.
    init?(of directory: String) {
        var status = stat()
        guard stat(directory, &status) == 0 else { return nil }
        (user, group) = (status.st_uid, status.st_gid)
    }

    /// As commands take it.
    var name: String { getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "\(user)" }

    /// Whether this process is root's, and the directory is not.
    var isServedByRoot: Bool { geteuid() == 0 && user != 0 }

    /// Makes this process that user's, for good, when root has started it. Not only for the owner of new files: root
    /// would also follow every link that this user has laid in the directory.
    func takeOverFromRoot() throws(StartFailure) {
        guard isServedByRoot else { return }
        var groups = [group]
        guard setgroups(1, &groups) == 0, setgid(group) == 0, setuid(user) == 0 else {
            throw StartFailure(
                message: "cannot become user \(name): \(String(cString: strerror(errno)))",
                exitStatus: ExitStatus.usage)
        }
    }
}
