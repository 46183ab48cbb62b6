import Domain

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How a connection to the central database is made.
public struct PostgresSettings: Sendable {
    public var url: ConnectionURL
    /// Holds the password and nothing else; read anew for each connection. Nil: the address, `~/.pgpass`, or none.
    public var passwordFile: String?
    /// PEM of the authorities that may vouch for the server; nil leaves it to the address.
    public var rootCertificate: String?
    /// How the server names the connection in its lists and logs.
    public var applicationName: String
    /// For each host.
    public var connectTimeout: Duration
    /// For each statement, by the server; the client gives up `patience` later.
    public var statementTimeout: Duration

    /// How much longer than the server the client waits before it takes the network for dead.
    static let patience: Duration = .seconds(5)

    public init(
        _ url: ConnectionURL, passwordFile: String? = nil, rootCertificate: String? = nil,
        applicationName: String = "lpr-appliance", connectTimeout: Duration = .seconds(10),
        statementTimeout: Duration = .seconds(60)
    ) {
        self.url = url
        self.passwordFile = passwordFile
        self.rootCertificate = rootCertificate
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
    }

    /// What libpq is told for one host. What the address says of these stands, except for the password file.
    func parameters(for host: ConnectionURL.Host) throws(PostgresError) -> [(String, String)] {
        var all: [String: String] = [
            "application_name": applicationName, "target_session_attrs": "read-write", "client_encoding": "UTF8",
            "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
            // Data that nobody acknowledges; beside the keepalives, which rest while data is under way.
            "tcp_user_timeout": "\((statementTimeout + Self.patience).wholeMilliseconds)",
        ]
        if let rootCertificate { all["sslrootcert"] = rootCertificate }
        all.merge(url.options) { _, own in own }
        // UTF-8 whatever the address says: all texts are.
        all["client_encoding"] = "UTF8"
        all["host"] = host.name.isEmpty ? nil : host.name
        all["hostaddr"] = host.address
        all["port"] = host.port
        if !url.hasPassword, let passwordFile { all["password"] = try Self.password(in: passwordFile) }
        return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static let passwordLimit = 1_024

    /// The password without the end of its line.
    private static func password(in path: String) throws(PostgresError) -> String {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
            throw PostgresError(
                .configuration, .wrongPassword, operation: "connect",
                message: "upstream.password_file \(path) cannot be read", isConnectionLost: true)
        }
        var text = (bytes.count <= passwordLimit ? String(bytes: bytes, encoding: .utf8) : nil) ?? ""
        while text.last?.isNewline ?? false { text.removeLast() }
        guard !text.isEmpty, !text.contains("\0") else {
            throw PostgresError(
                .configuration, .wrongPassword, operation: "connect",
                message: "upstream.password_file \(path) holds no password: it must be one short line",
                isConnectionLost: true)
        }
        return text
    }
}
