/// A message that was not accepted, kept so that nothing disappears silently.
public struct RejectedMessage: Sendable, Hashable {
    /// The most of a payload that is kept, bytes.
    public static let payloadLimit = 4_096

    public var receivedAt: Instant
    public var `protocol`: SourceProtocol
    /// The sender's address.
    public var peer: String
    public var deviceID: String?
    /// In words: what was wrong and what would be right.
    public var reason: String
    /// The first `payloadLimit` bytes as they came.
    public var payload: [UInt8]
    /// The size of the whole payload, bytes.
    public var payloadByteCount: Int

    public init(
        receivedAt: Instant, protocol: SourceProtocol, peer: String, deviceID: String?, reason: String,
        payload: some Collection<UInt8>
    ) {
        self.receivedAt = receivedAt
        self.protocol = `protocol`
        self.peer = peer
        self.deviceID = deviceID
        self.reason = reason
        self.payload = Array(payload.prefix(Self.payloadLimit))
        self.payloadByteCount = payload.count
    }
}
