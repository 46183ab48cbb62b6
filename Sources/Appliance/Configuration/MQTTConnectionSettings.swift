import Gateway
import MQTTLink

/// `[mqtt]`: the broker that the appliance connects to.
struct MQTTConnectionSettings: Sendable, Hashable {
    /// In order; empty: no MQTT.
    var brokers: [BrokerAddress] = []
    /// Nil is made from the id of the site.
    var clientID: String?
    var username: String?
    var passwordFile: String?
    /// PEM; nil trusts what the system trusts.
    var caFile: String?
    /// Either both of `certificate` and `key` are set or none.
    var certificate: String?
    var key: String?
    var keepAlive = Duration.seconds(30)
    var sessionExpiry = Duration.seconds(7 * 86_400)
    var extraTopics: [TopicPattern] = []
    var processed = ProcessedSelection.all
    /// Messages that may wait for the broker.
    var queueLimit = 100_000
    var maxPayload = ByteCount.mebibytes(12)

    /// What the link is told.
    func linkSettings(siteID: String) -> MQTTSettings {
        var settings = MQTTSettings(clientID: clientID ?? "lpr-\(siteID)")
        settings.brokers = brokers
        settings.username = username
        settings.passwordFile = passwordFile
        settings.caFile = caFile
        settings.certificateFile = certificate
        settings.keyFile = key
        settings.keepAlive = keepAlive
        settings.sessionExpiry = sessionExpiry
        settings.extraTopics = extraTopics
        settings.processed = processed
        settings.queueLimit = queueLimit
        settings.maxPayload = maxPayload.bytes
        return settings
    }
}
