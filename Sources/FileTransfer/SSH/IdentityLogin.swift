public import Identity

/// Asks the box's accounts: a device's SSH keys, and its API key as password.
public struct IdentityLogin: DeviceLogin {
    private let identity: Identity

    public init(identity: Identity) {
        self.identity = identity
    }

    public func device(_ name: String, hasPublicKey blob: [UInt8]) async -> Bool {
        (try? await identity.device(name, hasPublicKey: blob)) ?? false
    }

    public func device(_ name: String, hasKey key: String, from address: String) async -> LoginAnswer {
        guard let attempt = try? identity.beginDeviceLogin(name, address: address) else { return .locked }
        guard identity.device(name, hasKey: key) else { return .refused }
        identity.loginGuard.succeeded(attempt)
        return .accepted
    }
}
