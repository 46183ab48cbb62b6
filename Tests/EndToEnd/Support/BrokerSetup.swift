#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How a broker of the tests is set up.
struct BrokerSetup: Sendable {
    /// Encryption of its only listener.
    struct Encryption: Sendable {
        var identity: Certificates.Identity
        var authority: Certificates.Identity
        /// Whether a client has to show a certificate of the authority.
        var asksForCertificate = false
    }

    /// By user name; nil lets everybody in.
    var passwords: [String: String]?
    /// In mosquitto's own form.
    var acl: String?
    var encryption: Encryption?
    /// More lines of its configuration.
    var lines: [String] = []

    /// Writes what the configuration names into `folder`, and the configuration itself.
    /// - Returns: where the configuration is.
    func write(to folder: String, port: UInt16) async throws -> String {
        var all = [
            "listener \(port) 127.0.0.1", "allow_anonymous \(passwords == nil)", "persistence true",
            "persistence_location \(folder)/", "max_queued_messages 0", "log_dest stderr", "log_type error",
            "log_type warning", "log_type notice", "log_type information", "log_type subscribe",
            // What MQTT allows; from mosquitto 2.1 on it would be 2 MB.
            "max_packet_size 268435455",
        ]
        // Otherwise it becomes the user mosquitto and cannot read its own files.
        if getuid() == 0 { all.append("user root") }
        if passwords != nil {
            try await writePasswords(to: folder)
            all.append("password_file \(Self.passwordFile(in: folder))")
        }
        if let acl {
            try writeFile(Array(acl.utf8), to: "\(folder)/acl")
            all.append("acl_file \(folder)/acl")
        }
        if let encryption {
            all += [
                "cafile \(encryption.authority.certificate)", "certfile \(encryption.identity.certificate)",
                "keyfile \(encryption.identity.key)", "require_certificate \(encryption.asksForCertificate)",
            ]
        }
        let path = "\(folder)/mosquitto.conf"
        try writeFile(Array((all + lines).map { $0 + "\n" }.joined().utf8), to: path)
        return path
    }

    static func passwordFile(in folder: String) -> String { "\(folder)/passwords" }

    private func writePasswords(to folder: String) async throws {
        let path = Self.passwordFile(in: folder)
        let text = (passwords ?? [:]).map { "\($0.key):\($0.value)\n" }.joined()
        try writeFile(Array(text.utf8), to: path)
        let result = try await Program.run(["mosquitto_passwd", "-U", path])
        guard result.ending == .exited(0) else { throw TestFailure("mosquitto_passwd: \(result.errors)") }
    }
}
