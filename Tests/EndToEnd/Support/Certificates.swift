/// Authorities and certificates for one test, made by `openssl` in a directory of its own.
struct Certificates {
    let directory: String

    /// A certificate with its key, both PEM files.
    struct Identity: Sendable {
        let certificate: String
        let key: String
    }

    /// Makes a certificate authority.
    func authority(_ name: String) async throws -> Identity {
        let identity = identity(name)
        try await openssl(
            ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-out", identity.certificate] + newKey(identity))
        return identity
    }

    /// Makes a certificate that an authority has signed.
    /// - Parameters:
    ///   - names: as in `subjectAltName`, such as `DNS:localhost`.
    ///   - days: how long it is valid from now on; below zero it is no more.
    func signed(
        _ name: String, by authority: Identity, names: String = "DNS:localhost,IP:127.0.0.1", days: Int = 2
    ) async throws -> Identity {
        let identity = identity(name)
        let (request, extensions) = ("\(directory)/\(name).csr", "\(directory)/\(name).ext")
        try writeFile(Array("subjectAltName=\(names)\n".utf8), to: extensions)
        try await openssl(["req", "-subj", "/CN=\(name)", "-out", request] + newKey(identity))
        try await openssl([
            "x509", "-req", "-in", request, "-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial",
            "-days", "\(days)", "-extfile", extensions, "-out", identity.certificate,
        ])
        return identity
    }

    private func identity(_ name: String) -> Identity {
        Identity(certificate: "\(directory)/\(name).pem", key: "\(directory)/\(name).key")
    }

    private func newKey(_ identity: Identity) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", identity.key]
    }

    private func openssl(_ arguments: [String]) async throws {
        let result = try await Program.run(["openssl"] + arguments)
        guard result.ending == .exited(0) else { throw TestFailure("openssl \(arguments): \(result.errors)") }
    }
}
