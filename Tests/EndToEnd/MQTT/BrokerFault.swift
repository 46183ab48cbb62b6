import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What can be wrong between an appliance and a broker.
enum BrokerFault: CaseIterable {
    case password, unknownUser, noPasswordFile
    case otherAuthority, otherName, expired
    case plainToEncrypted, encryptedToPlain
    case noCertificate, foreignCertificate

    /// A part of what the health says.
    var words: String {
        switch self {
        case .password, .unknownUser: "mqtt.password_file"
        case .noPasswordFile: "cannot be read"
        case .otherAuthority: "mqtt.ca_file"
        case .otherName: "another name"
        case .expired: "expired"
        case .plainToEncrypted: "mqtts"
        case .encryptedToPlain: "mqtt://"
        case .noCertificate, .foreignCertificate: "mqtt.certificate"
        }
    }

    var isEncrypted: Bool {
        switch self {
        case .password, .unknownUser, .noPasswordFile, .encryptedToPlain: false
        case .otherAuthority, .otherName, .expired, .plainToEncrypted, .noCertificate, .foreignCertificate: true
        }
    }
}

/// A broker with names, passwords and certificates, what the appliance is told of it, and one fault in this.
struct FaultyPlace {
    let fault: BrokerFault
    let broker: Broker
    /// The appliance's.
    let settings: [String: String]
    private let folder: ScratchFolder

    static let secret = "right-secret"

    init(_ fault: BrokerFault) async throws {
        self.fault = fault
        folder = try ScratchFolder()
        let path = folder.path
        var setup = BrokerSetup(passwords: [Appliance.box: Self.secret])
        var settings = [
            "mqtt.username": fault == .unknownUser ? "nobody" : Appliance.box, "mqtt.password_file": path + "/secret",
        ]
        if fault != .noPasswordFile {
            try Self.writeSecret(fault == .password ? "wrong-secret" : Self.secret, in: path)
        }
        if fault.isEncrypted {
            setup.encryption = try await Self.makeCertificates(fault, in: path)
            settings["mqtt.ca_file"] = path + "/trusted.pem"
            if fault == .foreignCertificate {
                settings["mqtt.certificate"] = path + "/ours.pem"
                settings["mqtt.key"] = path + "/ours.key"
            }
        }
        broker = try await Broker.start(setup)
        settings = Appliance.mqtt([broker], settings)
        if fault == .plainToEncrypted {
            settings["mqtt.brokers"] = "mqtt://127.0.0.1:\(broker.port)"
            settings["mqtt.ca_file"] = nil
        }
        if fault == .encryptedToPlain { settings["mqtt.brokers"] = "mqtts://localhost:\(broker.port)" }
        self.settings = settings
    }

    /// Takes the fault away.
    /// - Returns: settings that have to be other ones as well, which needs a restart.
    func mend() async throws -> [String: String] {
        let path = folder.path
        switch fault {
        case .password, .noPasswordFile: try Self.writeSecret(Self.secret, in: path)
        case .unknownUser: try await broker.add(user: "nobody", password: Self.secret)
        case .otherAuthority: try Self.copy("authority.pem", to: "trusted.pem", in: path)
        case .otherName, .expired:
            try Self.copy("sound", to: "broker", in: path)
            await broker.stop()
            try await broker.startAgain()
        case .foreignCertificate: try Self.copy("client", to: "ours", in: path)
        case .plainToEncrypted: return ["mqtt.brokers": broker.address, "mqtt.ca_file": path + "/trusted.pem"]
        case .encryptedToPlain: return ["mqtt.brokers": broker.address]
        case .noCertificate: return ["mqtt.certificate": path + "/client.pem", "mqtt.key": path + "/client.key"]
        }
        return [:]
    }

    private static func makeCertificates(
        _ fault: BrokerFault, in path: String
    ) async throws -> BrokerSetup.Encryption {
        let certificates = Certificates(directory: path)
        let authority = try await certificates.authority("authority")
        let other = try await certificates.authority("other")
        _ = try await certificates.signed("sound", by: authority)
        _ = try await certificates.signed("elsewhere", by: authority, names: "DNS:broker.example")
        _ = try await certificates.signed("old", by: authority, days: -1)
        _ = try await certificates.signed("client", by: authority, names: "DNS:\(Appliance.box)")
        _ = try await certificates.signed("foreign", by: other, names: "DNS:\(Appliance.box)")
        try copy(fault == .otherName ? "elsewhere" : fault == .expired ? "old" : "sound", to: "broker", in: path)
        try copy("foreign", to: "ours", in: path)
        try copy(fault == .otherAuthority ? "other.pem" : "authority.pem", to: "trusted.pem", in: path)
        let identity = Certificates.Identity(certificate: path + "/broker.pem", key: path + "/broker.key")
        return BrokerSetup.Encryption(
            identity: identity, authority: authority,
            asksForCertificate: fault == .noCertificate || fault == .foreignCertificate)
    }

    /// Copies a file, or certificate and key.
    private static func copy(_ name: String, to other: String, in path: String) throws {
        for ending in name.contains(".") ? [""] : [".pem", ".key"] {
            guard let bytes = contents(of: "\(path)/\(name)\(ending)") else { throw TestFailure("no \(name)\(ending)") }
            try writeFile(bytes, to: "\(path)/\(other)\(ending)")
        }
    }

    private static func writeSecret(_ secret: String, in path: String) throws {
        try writeFile(Array((secret + "\n").utf8), to: path + "/secret")
        chmod(path + "/secret", 0o600)
    }
}
