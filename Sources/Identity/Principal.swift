public import Domain

/// Who speaks, as far as the appliance has checked it, and what they may do.
public struct Principal: Sendable, Hashable {
    public enum Subject: Sendable, Hashable {
        case user(name: String)
        case apiKey(id: String)
        /// A camera without credentials at a trusted address.
        case trustedAddress(String)
        /// Somebody at the console of the box.
        case console
    }

    public let subject: Subject
    public let role: Role
    /// The one device that a key with the role `device` speaks for.
    public let deviceID: String?

    /// A camera that an address in `intake.trusted_networks` vouches for: it may send events, nothing else.
    public static func trustedNetwork(address: String) -> Principal {
        Principal(subject: .trustedAddress(address), role: .device, deviceID: nil)
    }

    /// A command on the box itself.
    public static let console = Principal(subject: .console, role: .admin, deviceID: nil)

    init(subject: Subject, role: Role, deviceID: String? = nil) {
        self.subject = subject
        self.role = role
        self.deviceID = deviceID
    }

    /// Whether the right to send comes from the address alone; the communication log marks such messages.
    public var isFromTrustedNetwork: Bool {
        if case .trustedAddress = subject { true } else { false }
    }

    /// Whether it may do what asks for `required`. A trusted address never does: see `maySendEvents`.
    public func allows(_ required: Role) -> Bool {
        !isFromTrustedNetwork && role.allows(required)
    }

    /// - Throws: `IdentityError` `notAllowed` unless `allows(required)`.
    public func require(_ required: Role) throws(IdentityError) {
        guard allows(required) else {
            throw IdentityError(
                .notAllowed,
                "This needs the role \(required.rawValue), which these credentials do not have."
            )
        }
    }

    /// Whether it may send events in the name of that device.
    public func maySendEvents(of deviceID: String) -> Bool {
        isFromTrustedNetwork || role.allows(.operator) || speaks(for: deviceID)
    }

    /// Whether it is that device: it may report its health and read its commands.
    public func speaks(for deviceID: String) -> Bool {
        role == .device && self.deviceID == deviceID
    }

    /// The bucket of its rate limit.
    public var rateLimitKey: String {
        switch subject {
        case .user(let name): "user:" + name
        case .apiKey(let id): "key:" + id
        case .trustedAddress(let address): AddressGroup(address).rateLimitKey
        case .console: "console"
        }
    }

    /// For the audit log and the page.
    public var displayName: String {
        switch subject {
        case .user(let name): name
        case .apiKey(let id): "key " + id
        case .trustedAddress(let address): "address " + address
        case .console: "console"
        }
    }

    /// The user's name when it is a user.
    public var username: String? {
        if case .user(let name) = subject { name } else { nil }
    }
}
