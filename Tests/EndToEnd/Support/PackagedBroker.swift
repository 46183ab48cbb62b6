/// A broker that is set up with the files of packaging/mosquitto, apart from addresses and directories.
struct PackagedBroker {
    let broker: Broker
    /// The appliance's.
    let settings: [String: String]

    /// Its users, with their passwords.
    static let passwords = [
        "lpr-appliance": "of the appliance", "monitor": "of a display", "gate-1": "of a camera", "gate-2": "of another",
    ]

    static func start() async throws -> PackagedBroker {
        func file(_ name: String) throws -> String {
            let path = "\(Place.package)/packaging/mosquitto/\(name)"
            guard let bytes = contents(of: path) else { throw TestFailure("there is no \(path)") }
            return String(decoding: bytes, as: UTF8.self)
        }
        // What the tests set themselves: where it listens, where its files are.
        let own = ["listener", "password_file", "acl_file", "allow_anonymous", "persistence", "max_connections"]
        let lines = try file("lpr-appliance.conf").split(separator: "\n").map(String.init)
            .filter { line in !line.hasPrefix("#") && !own.contains { line.hasPrefix($0 + " ") } }
        let setup = BrokerSetup(passwords: passwords, acl: try file("lpr-appliance.acl"), lines: lines)
        let broker = try await Broker.start(setup)
        let secret = broker.directory + "/appliance-password"
        try writeFile(Array(("of the appliance\n").utf8), to: secret)
        let settings = Appliance.mqtt(
            [broker], ["mqtt.username": "lpr-appliance", "mqtt.password_file": secret])
        return PackagedBroker(broker: broker, settings: settings)
    }

    /// What the examples of a document find.
    var environment: [String: String] {
        [
            "BROKER": "127.0.0.1", "BROKER_PORT": "\(broker.port)",
            "CAMERA_PASSWORD": Self.passwords["gate-1"] ?? "", "MONITOR_PASSWORD": Self.passwords["monitor"] ?? "",
        ]
    }
}
