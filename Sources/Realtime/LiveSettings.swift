/// The numbers of the live connections; docs/live.md and `[live]` of the configuration explain them.
public struct LiveSettings: Sendable {
    /// How often a client is asked for a sign of life.
    public var pingInterval: Duration = .seconds(25)
    /// How long it may take to give one.
    public var pingTimeout: Duration = .seconds(20)
    /// A Socket.IO client has to connect to a namespace within this time.
    public var connectTimeout: Duration = .seconds(45)
    /// Bytes of one message, with pictures.
    public var maxPayload = 12 << 20
    /// The same for a Socket.IO client that has not shown credentials yet.
    var maxPayloadOfStrangers: Int { min(maxPayload, 64 * 1_024) }
    /// WebSockets and polling sessions, all together.
    public var maxConnections = 1_024
    /// Frames that may wait for a slow reader before it loses the oldest.
    public var queueLimit = 256

    public init() {}
}
