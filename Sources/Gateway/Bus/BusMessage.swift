public import Domain
import Store

/// What happened, for everybody inside the appliance who wants to know.
public enum BusMessage: Sendable {
    /// Something is committed. `sequence` is its number in the change feed.
    case change(Change, sequence: Int64)
    /// A message was not accepted; it is kept among the rejected ones.
    case rejected(RejectedNotice)
    /// A device's report about itself came in; no change of the feed.
    /// - Parameter isSignOfLife: whether the device said it just now.
    case healthReported(deviceID: String, isSignOfLife: Bool)
    /// So many answers to devices wait for the broker now.
    case answersQueued(Int)
    /// A device came back, or fell silent; no change of the feed.
    case presenceChanged(deviceID: String)

    public enum Change: Sendable {
        case eventStored(LPREvent)
        case eventCorrected(LPREvent)
        /// The event has got the picture that came apart.
        case pictureJoined(LPREvent)
        case eventDeleted(eventID: String)
        case deviceChanged(deviceID: String)
    }
}

/// A rejected message without its payload.
public struct RejectedNotice: Sendable {
    public let receivedAt: Instant
    public let `protocol`: SourceProtocol
    public let peer: String
    public let deviceID: String?
    /// Where it came in, such as an MQTT topic.
    public let topic: String?
    public let reason: String

    init(_ message: RejectedMessage) {
        receivedAt = message.receivedAt
        `protocol` = message.protocol
        peer = message.peer
        deviceID = message.deviceID
        topic = message.topic
        reason = message.reason
    }
}

extension BusMessage {
    /// - Returns: nil for what only the feed tells of: a sweep that removes a hundred thousand pictures must not push
    ///   the reads of this minute out of everybody's queue.
    init?(_ change: CommittedChange) {
        let kind: Change
        switch change.kind {
        case .eventStored(let event): kind = .eventStored(event)
        case .eventCorrected(let event): kind = .eventCorrected(event)
        case .pictureJoined(let event): kind = .pictureJoined(event)
        case .eventDeleted(let eventID), .eventExpired(let eventID): kind = .eventDeleted(eventID: eventID)
        case .deviceChanged(let deviceID): kind = .deviceChanged(deviceID: deviceID)
        case .picturesRemoved: return nil
        }
        self = .change(kind, sequence: change.sequence)
    }
}
