#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The folders below the data directory.
struct DataDirectory: Sendable {
    let path: String

    var images: String { path + "/images" }
    var temporary: String { path + "/tmp" }
    /// The roots of the devices that send files.
    var incoming: String { path + "/incoming" }
    var keys: String { path + "/keys" }
    var backups: String { path + "/backups" }
    /// Commands reach the running appliance here.
    var adminSocket: String { path + "/admin.sock" }

    /// Read now and then, to see whether the disk answers.
    var diskProbe: String { path + "/appliance.probe" }

    /// Makes what is missing; the data directory's parent has to be there.
    func prepare() throws(StartFailure) {
        if let owner = DataOwner(of: path), owner.isServedByRoot {
            throw StartFailure(
                message: "\(path) belongs to user \(owner.name), who could not open what root makes in it; start the "
                    + "service (systemctl start lpr-appliance), or run this as that user (sudo -u \(owner.name) …)",
                exitStatus: ExitStatus.configuration)
        }
        for directory in [path, images, temporary, incoming, backups] {
            guard mkdir(directory, 0o750) == 0 || errno == EEXIST else {
                throw StartFailure(
                    message: "cannot make \(directory): \(String(cString: strerror(errno))); "
                        + "make it and give it to the user that runs the appliance, or name another with --data",
                    exitStatus: ExitStatus.configuration)
            }
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw StartFailure(
                message: "cannot write into \(path): \(String(cString: strerror(errno))); "
                    + "give it to the user that runs the appliance, or name another with --data",
                exitStatus: ExitStatus.configuration)
        }
    }

    /// Takes away the socket of this run, or of one that was killed; only for the process that holds the directory.
    func removeAdminSocket() { unlink(adminSocket) }
}
