import Domain

/// A message that waits to be sent, and survives a restart until it is acknowledged.
public struct OutboundMessage: Sendable {
    /// Where it waits.
    public enum Origin: Sendable, Hashable {
        /// The change feed: an event that was stored.
        case change(sequence: Int64)
        /// The rejected messages.
        case rejected(id: Int64)
        /// The queue of everything else: commands, answers.
        case queued(id: Int64)
    }

    public let origin: Origin
    public let topic: String
    public let payload: [UInt8]
    /// As in the communication log: `lpr_event_processed`, `lpr_event_error`, `command`, `file_transfer_status`.
    public let messageType: String
    /// Whom it is for, when it is one device.
    public let device: String?

    public init(origin: Origin, topic: String, payload: [UInt8], messageType: String, device: String?) {
        self.origin = origin
        self.topic = topic
        self.payload = payload
        self.messageType = messageType
        self.device = device
    }
}

/// That the other side has a message.
public struct OutboundReceipt: Sendable {
    public let message: OutboundMessage
    /// From handing it to the connection to the acknowledgement.
    public let latency: Duration
    /// The broker's name, without a password.
    public let destination: String

    public init(message: OutboundMessage, latency: Duration, destination: String) {
        self.message = message
        self.latency = latency
        self.destination = destination
    }
}

/// Which stored events are sent on.
public enum ProcessedSelection: String, Sendable, CaseIterable {
    case all
    /// Events whose plate stands on a watchlist.
    case watchlist
    case none
}
