public import Domain

/// Who handed a message to the intake, and how.
public struct Sender: Sendable {
    public var `protocol`: SourceProtocol
    /// The peer's address without a port.
    public var address: String
    /// The only device it may speak for; nil for people and integrations, which may speak for any.
    public var device: DeviceID?
    /// Let in by `intake.trusted_networks` alone.
    public var isFromTrustedNetwork: Bool
    /// When the first byte of the message came.
    public var receivedAt: Instant
    /// The same on a clock that only goes forward, for the latency.
    public var startedAt: ContinuousClock.Instant
    /// The size of the message on the wire.
    public var byteCount: Int
    /// Came through a broker: `address` is the broker's, not the device's.
    public var isRelayed: Bool

    public init(
        protocol: SourceProtocol, address: String, device: DeviceID?, isFromTrustedNetwork: Bool, receivedAt: Instant,
        startedAt: ContinuousClock.Instant, byteCount: Int, isRelayed: Bool = false
    ) {
        self.protocol = `protocol`
        self.address = address
        self.device = device
        self.isFromTrustedNetwork = isFromTrustedNetwork
        self.receivedAt = receivedAt
        self.startedAt = startedAt
        self.byteCount = byteCount
        self.isRelayed = isRelayed
    }

    /// The device's own address, when it is known.
    var deviceAddress: String? { isRelayed ? nil : address }

    func logEntry(
        messageType: String, device: String?, siteID: String, error: String? = nil, at instant: Instant
    ) -> CommunicationLogEntry {
        CommunicationLogEntry(
            protocol: `protocol`, direction: .inbound, source: device ?? address, destination: siteID,
            messageType: messageType, isSuccess: error == nil, latency: ContinuousClock().now - startedAt,
            byteCount: byteCount, errorMessage: error, isFromTrustedNetwork: isFromTrustedNetwork, createdAt: instant)
    }
}
