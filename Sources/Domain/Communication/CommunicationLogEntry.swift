/// One message in or out, as it stands in `communication_logs`.
public struct CommunicationLogEntry: Sendable, Hashable {
    public enum Direction: String, Sendable, CaseIterable {
        case inbound = "in"
        case outbound = "out"
    }

    public var `protocol`: SourceProtocol
    public var direction: Direction
    /// Device id, or the peer's address when no device is known. At most 50 characters are kept.
    public var source: String
    public var destination: String
    /// `lpr_event`, `lpr_batch`, `device_register`, …
    public var messageType: String
    public var isSuccess: Bool
    /// From the first byte received until the row was written, just before the commit.
    public var latency: Duration
    public var byteCount: Int
    public var errorMessage: String?
    /// Whether the sender was let in by its network alone (`intake.trusted_networks`).
    public var isFromTrustedNetwork: Bool
    public var createdAt: Instant

    public init(
        protocol: SourceProtocol, direction: Direction, source: String, destination: String, messageType: String,
        isSuccess: Bool, latency: Duration, byteCount: Int, errorMessage: String? = nil,
        isFromTrustedNetwork: Bool = false, createdAt: Instant
    ) {
        self.protocol = `protocol`
        self.direction = direction
        self.source = source
        self.destination = destination
        self.messageType = messageType
        self.isSuccess = isSuccess
        self.latency = latency
        self.byteCount = byteCount
        self.errorMessage = errorMessage
        self.isFromTrustedNetwork = isFromTrustedNetwork
        self.createdAt = createdAt
    }
}
