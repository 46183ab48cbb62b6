/// Who may log in, asked for every attempt.
public protocol DeviceLogin: Sendable {
    /// Whether the device is known, enabled and has this public key. Says nothing of a signature.
    /// - Parameter blob: the key as it goes over the wire (RFC 4253, section 6.6).
    func device(_ name: String, hasPublicKey blob: [UInt8]) async -> Bool

    /// Whether `key` is an API key of that device.
    /// - Parameter address: of the peer; who guesses is slowed down and locked out.
    func device(_ name: String, hasKey key: String, from address: String) async -> LoginAnswer
}

public enum LoginAnswer: Sendable {
    case accepted, refused
    /// Too many failures; not even looked at.
    case locked
}
