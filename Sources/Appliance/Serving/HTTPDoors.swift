import Domain
import HTTPAPI
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import Realtime
import ServiceLifecycle

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The sockets that the appliance answers HTTP on: those for the network, and the one for its own commands.
struct HTTPDoors {
    let services: [any Service]

    /// - Throws: `StartFailure` when the certificate cannot be used.
    init(
        _ configuration: ApplianceConfiguration, _ directory: DataDirectory, _ parts: APIServices,
        _ live: LiveConnections, _ greeting: Greeting, logger: Logger
    ) throws {
        let http = LiveHTTPChannel.Configuration(idleTimeout: configuration.http.bodyTimeout)
        let server = try Self.server(.live(http, door: live), configuration.tls)
        let scheme = configuration.tls.certificate == nil ? "http" : "https"
        let responder = ApplianceResponder(parts)
        let connections = MaximumAvailableConnections(
            DescriptorLimit.raise(forConnections: configuration.http.maxConnections, logger: logger), logger: logger)
        var services: [any Service] = [Self.adminDoor(directory, parts, greeting, logger: logger)]
        for address in configuration.http.listen {
            services.append(
                Application(
                    responder: responder, server: server,
                    configuration: ApplicationConfiguration(
                        address: .hostname(address.host, port: address.port), backlog: 1_024,
                        availableConnectionsDelegate: connections),
                    onServerRunning: { channel in
                        let host = address.address.family == .v6 ? "[\(address.host)]" : address.host
                        await greeting.opened("\(scheme)://\(host)", channel.localAddress)
                    },
                    logger: logger))
        }
        self.services = services
    }

    private static func server(_ http: HTTPServerBuilder, _ tls: TLSSettings) throws -> HTTPServerBuilder {
        guard let certificate = tls.certificate, let key = tls.key else { return http }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain, privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
            configuration.minimumTLSVersion = .tlsv12
            return try .tls(http, tlsConfiguration: configuration)
        } catch {
            throw StartFailure(
                message: "tls.certificate \(certificate) and tls.key \(key) cannot be used: \(error)",
                exitStatus: ExitStatus.configuration)
        }
    }

    /// Who may open the socket, mode 0600, is who may administer the box.
    private static func adminDoor(
        _ directory: DataDirectory, _ parts: APIServices, _ greeting: Greeting, logger: Logger
    ) -> any Service {
        // One that a killed run left behind: the directory is held by this process, so that nobody listens there.
        directory.removeAdminSocket()
        let path = directory.adminSocket
        return Application(
            responder: ApplianceResponder.admin(parts),
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path)),
            onServerRunning: { _ in
                chmod(path, 0o600)
                await greeting.opened()
            },
            logger: logger)
    }
}
