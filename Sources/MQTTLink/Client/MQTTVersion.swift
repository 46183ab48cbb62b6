import CMosquitto

/// The versions of the protocol that are spoken.
enum MQTTVersion: String, Sendable {
    case v5 = "5.0"
    case v311 = "3.1.1"

    var option: Int32 {
        switch self {
        case .v5: MQTT_PROTOCOL_V5
        case .v311: MQTT_PROTOCOL_V311
        }
    }

    var other: MQTTVersion { self == .v5 ? .v311 : .v5 }
}
