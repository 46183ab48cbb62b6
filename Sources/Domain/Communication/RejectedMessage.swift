/// A message that was not accepted, kept so that nothing disappears silently.
public struct RejectedMessage: Sendable, Hashable {
    /// The most of a payload that is kept, bytes.
    public static let payloadLimit = 4_096

    /// The most characters of a topic that are kept.
    public static let topicLimit = 255

    public var receivedAt: Instant
    public var `protocol`: SourceProtocol
    /// The sender's address.
    public var peer: String
    public var deviceID: String?
    /// Where it came in, such as an MQTT topic; nil for protocols that have none.
    public var topic: String?
    /// In words: what was wrong and what would be right.
    public var reason: String
    /// The first `payloadLimit` bytes as they came.
    public var payload: [UInt8]
    /// The size of the whole payload, bytes.
    public var payloadByteCount: Int

    /// - Parameter payloadByteCount: the size of the whole payload, when `payload` is only its beginning.
    public init(
        receivedAt: Instant, protocol: SourceProtocol, peer: String, deviceID: String?, topic: String? = nil,
        reason: String, payload: some Collection<UInt8>, payloadByteCount: Int? = nil
    ) {
        self.receivedAt = receivedAt
        self.protocol = `protocol`
        self.peer = peer
        self.deviceID = deviceID
        self.topic = topic
        self.reason = reason
        self.payload = Array(payload.prefix(Self.payloadLimit))
        self.payloadByteCount = payloadByteCount ?? payload.count
    }
}
