import FileTransfer
import HTTPAPI
import Logging
import ServiceLifecycle
import Vault

/// SFTP and rsync with what they need of the other rooms.
struct FileTransferParts: Sendable {
    let link: SSHLink
    private let server: SSHServer
    private let upkeep: RootUpkeep

    init(
        _ configuration: ApplianceConfiguration, _ directory: DataDirectory, _ parts: APIServices, logger: Logger
    ) throws {
        var settings = SSHSettings(
            listen: configuration.ssh.listen.map { SSHSettings.Address(host: $0.host, port: $0.port) },
            roots: directory.incoming)
        settings.connectionLimit = configuration.ssh.maxConnections
        settings.idleTime = configuration.ssh.idleTimeout
        let hostKey = try HostKey(in: KeyDirectory(path: directory.keys))
        server = try SSHServer(
            settings, hostKey: hostKey, login: IdentityLogin(identity: parts.identity),
            desk: IntakeDesk(intake: parts.intake, pictures: parts.pictures, space: parts.space), logger: logger)
        var ages = RootSweep.Ages()
        ages.partial = configuration.ssh.partialRetention
        ages.placeholders = configuration.files.remembered
        ages.others = configuration.files.unclaimedRetention
        link = SSHLink(server, hostKey: hostKey)
        upkeep = RootUpkeep(RootSweep(server, ages: ages, logger: logger), logger: logger)
    }

    /// - Parameter opened: is called once cameras can connect, also when SFTP is off and none ever can.
    func services(opened: @escaping @Sendable () async -> Void) -> [any Service] {
        [SSHDoor(server: server, opened: opened), upkeep]
    }
}

private struct SSHDoor: Service {
    let server: SSHServer
    let opened: @Sendable () async -> Void

    func run() async throws { try await server.run(opened: opened) }
}
