import Testing

@testable import Appliance

/// Secrets that systemd hands to the service are used where the configuration names no file.
@Suite struct CredentialTests {
    static let names: [(name: String, credential: String)] = [
        ("mqtt.password_file", "mqtt.password"), ("upstream.password_file", "upstream.password"),
    ]

    private static let url = "postgresql://site@db.example.com/lpr?sslmode=verify-full"

    @Test(arguments: names, ["", "credentials_"])
    func standsInForAFile(key: (name: String, credential: String), prefix: String) throws {
        let directory = try ScratchDirectory()
        let path = try directory.write("hunter2", as: prefix + key.credential)
        let configuration = try load(
            environment: [
                "CREDENTIALS_DIRECTORY": directory.path, "LPR_MQTT_USERNAME": "lpr", "LPR_UPSTREAM_URL": Self.url,
            ])
        #expect(configuration.source(of: key.name) == .credential(name: key.credential))
        // Where it comes from is shown, what it holds is not.
        let shown = configuration.describe(hidingSecrets: true)
        #expect(shown.contains("password_file = \"\(path)\"  # systemd credential \(key.credential)\n"))
        #expect(!shown.contains("hunter2"))
        for (other, _) in Self.names where other != key.name {
            #expect(configuration.source(of: other) == .default)
        }
    }

    @Test func whatTheConfigurationNamesWins() throws {
        let directory = try ScratchDirectory()
        for (_, credential) in Self.names { _ = try directory.write("hunter2", as: credential) }
        let file = try directory.write("[mqtt]\nusername = \"lpr\"\npassword_file = \"/own\"\n")
        let configuration = try load(
            file: file,
            environment: ["CREDENTIALS_DIRECTORY": directory.path, "LPR_UPSTREAM_PASSWORD_FILE": ""])
        #expect(configuration.mqtt.passwordFile == "/own")
        // Named as none is named too.
        #expect(configuration.upstream.passwordFile == nil)
    }

    /// A credential that nothing needs is no mistake: it may lie ready for later, or be left over.
    @Test func oneThatIsNotNeededDoesNoHarm() throws {
        let directory = try ScratchDirectory()
        for (_, credential) in Self.names { _ = try directory.write("hunter2", as: credential) }
        let environment = ["CREDENTIALS_DIRECTORY": directory.path]
        #expect(try load(environment: environment).mqtt.username == nil)
        let withPassword = Self.url.replacing("site@", with: "site:secret@")
        #expect(throws: Never.self) {
            try load(environment: environment.merging(["LPR_UPSTREAM_URL": withPassword]) { $1 })
        }
    }

    @Test func certificateAndKeyMayComeSoAsWell() throws {
        let directory = try ScratchDirectory()
        let environment = ["CREDENTIALS_DIRECTORY": directory.path]
        let key = try directory.write("key", as: "tls.key")
        // Never in clear by mistake.
        let found = try problems(environment: environment)
        #expect(found.map(\.source) == [.credential(name: "tls.key")])
        #expect(found.map(\.wrong) == ["tls.certificate is missing beside it"])
        let named = try load(environment: environment.merging(["LPR_TLS_CERTIFICATE": "/chain.pem"]) { $1 })
        #expect(named.tls.certificate == "/chain.pem" && named.tls.key == key)
        let certificate = try directory.write("chain", as: "credentials_tls.certificate")
        #expect(try load(environment: environment).tls.certificate == certificate)
    }

    /// What the unit gives in the place of a file that is not there.
    @Test func oneThatIsALineBreakIsNone() throws {
        let directory = try ScratchDirectory()
        for (_, credential) in Self.names { _ = try directory.write("\n", as: credential) }
        for name in ["tls.certificate", "tls.key"] { _ = try directory.write("\n", as: name) }
        #expect(try load(environment: ["CREDENTIALS_DIRECTORY": directory.path]).sources.isEmpty)
        // The directory's stands behind it.
        let path = try directory.write("hunter2", as: "credentials_mqtt.password")
        let configuration = try load(
            environment: ["CREDENTIALS_DIRECTORY": directory.path, "LPR_MQTT_USERNAME": "lpr"])
        #expect(configuration.mqtt.passwordFile == path)
    }

    @Test func aDirectoryThatIsNotThereIsNone() throws {
        #expect(try load(environment: ["CREDENTIALS_DIRECTORY": "/nonexistent"]).sources.isEmpty)
        #expect(try problems(environment: ["CREDENTIALS_DIRECTORY": "/nonexistent", "LPR_TLS_KEY": "/k"]).count == 1)
    }
}
