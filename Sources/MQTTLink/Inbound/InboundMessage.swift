/// A message as the broker delivered it.
struct InboundMessage: Sendable {
    var topic: String
    var payload: [UInt8]
    /// 0 or 1: more is not subscribed to.
    var qos: Int
    /// Its number in the session, 1…65,535; 0 for QoS 0.
    var packetID: Int
    /// The broker has kept it for new subscribers; it was not published just now.
    var isRetained: Bool
}
