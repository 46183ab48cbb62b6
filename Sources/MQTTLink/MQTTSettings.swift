public import Gateway

/// What the link is told by the configuration, section `[mqtt]`.
public struct MQTTSettings: Sendable {
    /// In order: the first that answers is used, and the first of all again when it is back. Empty: no MQTT.
    public var brokers: [BrokerAddress] = []
    /// The name of the session at the broker; never used by two clients.
    public var clientID: String
    public var username: String?
    /// Read anew for each connection. A line feed at its end does not count.
    public var passwordFile: String?
    /// PEM; nil trusts what the system trusts.
    public var caFile: String?
    public var certificateFile: String?
    public var keyFile: String?
    public var keepAlive: Duration = .seconds(30)
    /// How long a broker keeps what arrives for us while we are away.
    public var sessionExpiry: Duration = .seconds(7 * 86_400)
    /// Filters, whose level `{device_id}` names the device.
    public var extraTopics: [TopicPattern] = []
    public var processed: ProcessedSelection = .all
    /// Messages that may wait for a broker.
    public var queueLimit = 100_000
    /// Bytes.
    public var maxPayload = 12 << 20

    public init(clientID: String) {
        self.clientID = clientID
    }
}
