/// Why a connection to a broker was not made, or ended.
struct ConnectionFailure: Error, Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// Nobody answers at the address.
        case unreachable
        /// The broker's certificate, or ours, is not accepted.
        case encryption
        /// User name, password or client id are refused.
        case refused
        /// The broker does not speak this version of MQTT, or seems not to.
        case version
        /// Another client connected with our client id.
        case takenOver
        /// The broker did not answer in time.
        case timeout
        /// It was there and is gone.
        case lost
        /// A file that the configuration names cannot be used.
        case setup
    }

    let kind: Kind
    /// For people, as a part of a sentence: what happened, and what would help.
    let words: String

    init(_ kind: Kind, _ words: String) {
        self.kind = kind
        self.words = words
    }

    /// The broker's answer to a CONNECT: return codes of MQTT 3.1.1 (section 3.2.2.3), reason codes of MQTT 5 (3.2.2.2).
    init(connack code: Int32) {
        switch code {
        case 1, 0x84: self.init(.version, "the broker does not speak this version of MQTT")
        case 2, 0x85: self.init(.refused, "the broker refuses the client id; set another mqtt.client_id")
        case 4, 0x86:
            self.init(.refused, "the broker refuses user name or password; see mqtt.username and mqtt.password_file")
        case 5, 0x87:
            self.init(
                .refused,
                "the broker does not let us in; see mqtt.username, mqtt.password_file and the broker's access rules")
        case 3, 0x88, 0x89: self.init(.unreachable, "the broker is not ready")
        default: self.init(.refused, "the broker refuses the connection: \(MosquittoLibrary.reason(code))")
        }
    }
}
