/// A camera or gateway that sends plate reads: a row of `edge_devices`.
public struct EdgeDevice: Sendable, Hashable {
    public enum Status: String, Sendable, CaseIterable {
        case active
        /// Known, but what it sends is refused.
        case disabled
    }

    /// A device counts as online this long after its last message.
    public static let onlineWindow: Duration = .seconds(120)

    public var deviceID: String
    public var name: String?
    public var hostname: String?
    /// The address of its last message.
    public var ipAddress: String?
    public var status: Status
    public var site: String?
    public var checkpoint: String?
    public var lastSeen: Instant?
    /// The ways by which it has sent so far.
    public var protocols: [SourceProtocol]
    /// Its last health report: a JSON object as text.
    public var health: String?
    public var createdAt: Instant
    public var updatedAt: Instant

    public init(
        deviceID: String, name: String? = nil, hostname: String? = nil, ipAddress: String? = nil,
        status: Status = .active, site: String? = nil, checkpoint: String? = nil, lastSeen: Instant? = nil,
        protocols: [SourceProtocol] = [], health: String? = nil, createdAt: Instant, updatedAt: Instant
    ) {
        self.deviceID = deviceID
        self.name = name
        self.hostname = hostname
        self.ipAddress = ipAddress
        self.status = status
        self.site = site
        self.checkpoint = checkpoint
        self.lastSeen = lastSeen
        self.protocols = protocols
        self.health = health
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public func isOnline(at instant: Instant) -> Bool {
        guard let lastSeen else { return false }
        return instant.since(lastSeen) <= Self.onlineWindow
    }
}
