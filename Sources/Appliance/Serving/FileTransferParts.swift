import Domain
import FileTransfer
import Gateway
import HTTPAPI
import Identity
import Logging
import Media
import ServiceLifecycle
import Vault

/// SFTP and rsync with what they need of the other rooms.
struct FileTransferParts: Sendable {
    let link: SSHLink
    let services: [any Service]

    init(
        _ configuration: ApplianceConfiguration, _ directory: DataDirectory, _ parts: APIServices, logger: Logger
    ) throws {
        var settings = SSHSettings(
            listen: configuration.ssh.listen.map { SSHSettings.Address(host: $0.host, port: $0.port) },
            roots: directory.incoming)
        settings.connectionLimit = configuration.ssh.maxConnections
        settings.idleTime = configuration.ssh.idleTimeout
        let hostKey = try HostKey(in: KeyDirectory(path: directory.keys))
        let server = try SSHServer(
            settings, hostKey: hostKey, login: ProvisionalLogin(identity: parts.identity),
            desk: IntakeDesk(intake: parts.intake, pictures: parts.pictures, space: parts.space), logger: logger)
        var ages = RootSweep.Ages()
        ages.partial = configuration.ssh.partialRetention
        link = SSHLink(server, hostKey: hostKey)
        services = [server, RootUpkeep(RootSweep(server, ages: ages, logger: logger), logger: logger)]
    }
}

struct ProvisionalLogin: DeviceLogin {
    let identity: Identity
    func device(_ name: String, hasPublicKey blob: [UInt8]) async -> Bool { false }
    func device(_ name: String, hasKey key: String, from address: String) async -> LoginAnswer {
        guard let p = try? identity.authenticate(apiKey: key), p.deviceID == name else { return .refused }
        return .accepted
    }
}
