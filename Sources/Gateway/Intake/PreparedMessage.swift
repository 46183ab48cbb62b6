import Dialects
import Domain
import Store

/// What comes with a message beside its content.
struct MessageEnvelope: Sendable {
    let sender: Sender
    let topic: String?
    /// The beginning of the message as it came, as much of it as is kept when it is not accepted.
    let payload: [UInt8]
    /// Of the whole message.
    let payloadByteCount: Int
    let mark: DeliveryMark?

    init(
        from sender: Sender, payload: some Collection<UInt8>, topic: String? = nil, mark: DeliveryMark? = nil
    ) {
        self.sender = sender
        self.topic = topic
        self.payload = Array(payload.prefix(RejectedMessage.payloadLimit))
        payloadByteCount = payload.count
        self.mark = mark
    }
}

/// A message that was checked: all that its transaction needs of it.
struct PreparedMessage: Sendable {
    enum Content: Sendable {
        case event(LPREvent)
        case frame([LPREvent], checkpoint: String?)
        case health(PreparedReport)
        case registration(CameraRegistration)
        case announcement(FileAnnouncement)
        /// It will never be accepted.
        case rejected(IntakeError)
    }

    var content: Content
    let envelope: MessageEnvelope
    /// As in the communication log.
    let messageType: String
    /// Whom it is about, as far as that is known.
    let device: String?
    /// Of a single event.
    var eventID: String?

    var sender: Sender { envelope.sender }

    /// How many events it writes, for the bound of the writer's queue.
    var weight: Int { if case .frame(let events, _) = content { max(1, events.count) } else { 1 } }

    /// The same message, not accepted.
    func rejected(_ error: IntakeError) -> PreparedMessage {
        var message = self
        message.content = .rejected(error)
        return message
    }

    static func reason(ofConflict eventIDs: [String]) -> String {
        "stored already, with other content: \(eventIDs.joined(separator: ", "))"
    }
}

/// A device's report about itself.
struct PreparedReport: Sendable {
    let device: DeviceID
    let checkpoint: String?
    let json: String
    /// Whether the device said it just now.
    let isSignOfLife: Bool
}

extension DeliveryVerdict {
    /// For the sender: a single event that is in conflict is rejected.
    func told(of message: PreparedMessage) -> DeliveryVerdict {
        guard case .event = message.content, let conflict = events.conflicts.first else { return self }
        return .rejected(.conflict(with: conflict))
    }

    var events: [EventOutcome] { if case .stored(let outcomes) = self { outcomes } else { [] } }

    /// What was wrong, for the statistics; nil when all was taken.
    var fault: String? {
        switch self {
        case .noted: return nil
        case .rejected(let error): return error.reason
        case .stored(let outcomes):
            let conflicts = outcomes.conflicts
            return conflicts.isEmpty ? nil : PreparedMessage.reason(ofConflict: conflicts)
        }
    }
}

extension [EventOutcome] {
    /// The ids that are stored already, with other content.
    var conflicts: [String] {
        compactMap { if case .conflict(let there) = $0 { there.eventID } else { nil } }
    }
}
