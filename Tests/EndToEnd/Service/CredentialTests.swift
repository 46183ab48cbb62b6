import Domain
import TestSupport
import Testing

/// Secrets that systemd hands over as files, with the real programs that ask for them.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct CredentialTests {
    private static let secret = "broker-secret"

    @Test(arguments: ["mqtt.password", "credentials_mqtt.password"])
    func theBrokerLetsTheServiceIn(name: String) async throws {
        let broker = try await Broker.start(BrokerSetup(passwords: [Appliance.box: Self.secret]))
        let folder = try ScratchFolder()
        try writeFile(Array((Self.secret + "\n").utf8), to: "\(folder.path)/\(name)")
        let appliance = try await Appliance.start(
            settings: Appliance.mqtt([broker], ["mqtt.username": Appliance.box]),
            environment: ["CREDENTIALS_DIRECTORY": folder.path])
        try await appliance.connected()
        #expect(!appliance.binary.process.errors.text.contains(Self.secret))
        #expect(await appliance.binary.stop() == .exited(0))

        let check = try await Program.run(
            [try Place.binary(), "config", "check"], environment: ["CREDENTIALS_DIRECTORY": folder.path])
        #expect(check.output.contains("password_file = \"\(folder.path)/\(name)\"  # systemd credential mqtt.password"))
        #expect(!check.output.contains(Self.secret))
    }

    @Test(.enabled(if: PostgresServer.isInstalled)) func theCentreLetsTheServiceIn() async throws {
        let centre = try await CentralDatabase.make()
        let folder = try ScratchFolder()
        try writeFile(Array(centre.password(of: centre.site).utf8), to: folder.path + "/upstream.password")
        var settings = centre.settings(passwordFile: "none")
        settings["upstream.password_file"] = nil
        let appliance = try await Appliance.start(
            settings: settings, environment: ["CREDENTIALS_DIRECTORY": folder.path])
        try await appliance.post(1...5, prefix: "by-credential")
        try await appliance.caughtUp()
        try await appliance.expectEqual(to: centre)
    }

    @Test func thePageIsEncrypted() async throws {
        let folder = try ScratchFolder()
        let certificates = Certificates(directory: folder.path)
        let authority = try await certificates.authority("authority")
        let identity = try await certificates.signed("box", by: authority)
        for (file, name) in [(identity.certificate, "tls.certificate"), (identity.key, "credentials_tls.key")] {
            try writeFile(try #require(contents(of: file)), to: "\(folder.path)/\(name)")
        }
        let binary = try await RunningBinary.start(
            data: folder.path + "/data", environment: ["CREDENTIALS_DIRECTORY": folder.path])
        let health = try await Program.run([
            "curl", "--silent", "--fail", "--cacert", authority.certificate,
            "https://localhost:\(binary.port)/api/health",
        ])
        #expect(health.ending == .exited(0), "\(health.errors)")
        #expect(await binary.stop() == .exited(0))
    }
}
