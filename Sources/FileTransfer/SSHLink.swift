public import Domain
public import Gateway

/// The SSH server as the rest of the box sees it.
public struct SSHLink: CommunicationLink {
    public let name = "ssh"
    public let `protocol` = SourceProtocol.sftp
    private let server: SSHServer
    private let hostKey: HostKey

    public init(_ server: SSHServer, hostKey: HostKey) {
        self.server = server
        self.hostKey = hostKey
    }

    public var status: LinkStatus {
        let addresses = server.addresses
        let details: [(String, JSONValue)] = [
            ("listen", .array(addresses.map { .string($0.description) })),
            ("host_key", .string(hostKey.publicKey)), ("fingerprint", .string(hostKey.fingerprint)),
        ]
        guard !server.settings.listen.isEmpty else { return LinkStatus(.off) }
        return LinkStatus(addresses.isEmpty ? .failed : .ok, connectedNow: server.connectedCount, details: details)
    }

    public func send(_ command: DeviceCommand) async throws -> CommandReceipt {
        throw LinkError(.off, reason: "files come in by SFTP and rsync; commands do not go out by them")
    }

    public func delivery(of commandID: String) async throws -> CommandDelivery? { nil }
}
