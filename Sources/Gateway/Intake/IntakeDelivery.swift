public import Dialects
public import Domain

/// One message of a link that brings many at once, read by its dialect.
public struct IntakeDelivery: Sendable {
    /// What a message says.
    public enum Content: Sendable {
        case event(LPREventDraft)
        case frame(CameraFrame)
        /// - Parameter isSignOfLife: false for what a device did not say just now, such as its last will or a message
        ///   that the broker has kept.
        case health(CameraHealth, isSignOfLife: Bool)
        case registration(CameraRegistration)
        case announcement(FileAnnouncement)
        /// No dialect could read it, or its sender may not say it.
        case unreadable(MessageRejection)
    }

    public var content: Content
    public var sender: Sender
    /// Where it came in, such as an MQTT topic; kept with a rejected message.
    public var topic: String?
    /// The message as it came, kept when it is not accepted.
    public var payload: [UInt8]
    /// Kept in the same transaction, so that a repeat of the delivery is known after a crash (invariant 3).
    public var mark: DeliveryMark?

    public init(
        _ content: Content, from sender: Sender, topic: String? = nil, payload: [UInt8], mark: DeliveryMark? = nil
    ) {
        self.content = content
        self.sender = sender
        self.topic = topic
        self.payload = payload
        self.mark = mark
    }
}

/// What became of one delivery. All of these are on disk (invariant 1).
public enum DeliveryVerdict: Sendable {
    /// One outcome for an event, one for each read of a frame.
    case stored([EventOutcome])
    /// A report, a registration or an announcement was noted.
    case noted
    case rejected(IntakeError)
}

/// By what a broker's repeat of a message is known: its number in the session, and its content.
///
/// A broker gives a message that was not acknowledged again under the same number. Events without an id of their own
/// get one when they first come; the mark remembers it.
public struct DeliveryMark: Sendable, Hashable {
    /// One place for each packet identifier.
    public static let placesOfBroker = 65_536
    /// Brokers whose marks have places for sure; more than can be set up at once.
    public static let brokers = 64

    /// Another mark with the same place takes the place of this one.
    public let place: Int
    /// The broker whose session it is.
    public let broker: String
    /// The packet identifier.
    public let packetID: Int
    /// Of topic and payload, 16 bytes.
    public let digest: [UInt8]
    /// The ids that the events of the message got, in their order.
    public let eventIDs: [String]

    public init(place: Int, broker: String, packetID: Int, digest: [UInt8], eventIDs: [String]) {
        self.place = place
        self.broker = broker
        self.packetID = packetID
        self.digest = digest
        self.eventIDs = eventIDs
    }
}

/// A device says that it will send a file.
public struct FileAnnouncement: Sendable, Hashable {
    public var device: DeviceID
    /// Made by the device; the answer carries it.
    public var requestID: String?
    /// Relative to the device's own directory.
    public var path: String
    /// Bytes.
    public var size: Int64
    /// 32 bytes; nil when the device does not know it.
    public var sha256: [UInt8]?
    /// The event that the file belongs to; nil when the device does not say it.
    public var eventID: EventID?
    /// The MQTT topic on which the device waits for answers.
    public var answerTopic: String?

    public init(
        device: DeviceID, requestID: String?, path: String, size: Int64, sha256: [UInt8]?, eventID: EventID? = nil,
        answerTopic: String? = nil
    ) {
        self.device = device
        self.requestID = requestID
        self.path = path
        self.size = size
        self.sha256 = sha256
        self.eventID = eventID
        self.answerTopic = answerTopic
    }
}
