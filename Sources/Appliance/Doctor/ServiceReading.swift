import Domain

/// What systemd and the running appliance say about it, asked once before the checks.
struct ServiceReading: Sendable {
    enum Contact: Sendable, Hashable {
        /// Over the admin socket: its whole health, and how many accounts there are.
        case admin(health: JSONObject, accounts: Int?)
        /// This user may not use the admin socket; what everybody is told at the door.
        case door(health: JSONObject)
        /// Somebody has the socket, and says nothing.
        case silent
        case notRunning
        /// This user cannot find out.
        case hidden
    }

    /// How long the appliance has to answer.
    static let limit: Duration = .seconds(2)

    let contact: Contact
    let unit: ServiceUnit?

    /// Nil when this user cannot tell.
    var isRunning: Bool? {
        switch contact {
        case .admin, .door, .silent: true
        case .notRunning: false
        case .hidden: unit.map(\.isActive)
        }
    }

    var health: JSONObject? {
        switch contact {
        case .admin(let health, _), .door(let health): health
        case .silent, .notRunning, .hidden: nil
        }
    }

    /// One part of the whole health, such as `mqtt`.
    func component(_ name: String) -> JSONObject? {
        health?["components"]?.objectValue?[name]?.objectValue
    }

    static func take(
        _ unit: ServiceUnit?, _ configuration: ApplianceConfiguration
    ) async -> ServiceReading {
        let contact = await withDeadline(limit) { await Self.contact(configuration) } ?? .silent
        return ServiceReading(contact: contact, unit: unit)
    }

    private static func contact(_ configuration: ApplianceConfiguration) async -> Contact {
        let client = AdminClient(configuration)
        switch await onThread({ FileStatus.absence(of: client.socketPath) }) {
        case .missing: return .notRunning
        case .hidden: return await doorContact(configuration)
        case nil: break
        }
        switch await onThread({ client.knock() }) {
        case .closed: return .notRunning
        case .forbidden: return await doorContact(configuration)
        case .open: break
        }
        guard let health = await client.look("/status", limit: limit) else { return .silent }
        let users = await client.look("/users", limit: limit)
        return .admin(health: health, accounts: users?["users"]?.arrayValue?.count)
    }

    private static func doorContact(_ configuration: ApplianceConfiguration) async -> Contact {
        for address in configuration.http.listen where address.port != 0 {
            if case .appliance(let health) = await WebDoor.ask(address, isTLS: configuration.tls.certificate != nil) {
                return .door(health: health)
            }
        }
        return .hidden
    }
}
