#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Why this user's commands do not reach the appliance, when it is a matter of rights: only its own user and root do.
struct AdminReach: Sendable {
    private let socketPath: String
    /// Nobody has said where the data is, and it is not where the package keeps it.
    private let isElsewhere: Bool
    private let installed: String

    /// - Parameter installed: where the package keeps the data.
    init(_ configuration: ApplianceConfiguration, installed: String = ConfigurationHost.installedDataDirectory) {
        socketPath = DataDirectory(path: configuration.dataDirectory).adminSocket
        isElsewhere = configuration.source(of: "data") == .default && configuration.dataDirectory != installed
        self.installed = installed
    }

    /// What to do about it; nil when rights are not the matter.
    var refusal: String? {
        if access(socketPath, R_OK | W_OK) != 0 {
            if errno == EACCES {
                return "only its own user and root may speak to the appliance at \(socketPath): run this with sudo"
            }
            // The installed one is not looked for by those who may not write there.
            if isElsewhere, access(installed, F_OK) == 0, access(installed, W_OK | X_OK) != 0 {
                return "no appliance answers at \(socketPath), and only its own user and root may speak to the one "
                    + "that is installed (\(installed)): run this with sudo"
            }
        }
        return nil
    }

    static func nobody(at socketPath: String, _ error: any Error) -> String {
        "no appliance answers at \(socketPath); start it with 'lpr-appliance serve', "
            + "name its data directory with --data, or run this as its user (\(error))"
    }
}
