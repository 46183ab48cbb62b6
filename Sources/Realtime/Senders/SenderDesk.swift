import Dialects
public import Domain
public import Gateway
public import Identity
import NIOCore

/// Takes what devices send over a live connection, whatever the door, and answers after the commit (invariant 1).
public struct SenderDesk: Sendable {
    let intake: Intake
    /// Events per second of one device.
    let perDevice: RateLimiter
    /// Bytes of one picture.
    let pictureLimit: Int
    /// The zone of times without one.
    let zone: TimeZoneRules

    public init(
        intake: Intake, perDevice: RateLimiter, pictureLimit: Int, zone: TimeZoneRules
    ) {
        self.intake = intake
        self.perDevice = perDevice
        self.pictureLimit = pictureLimit
        self.zone = zone
    }

    /// A message with who sent it.
    struct Message: Sendable {
        let event: String
        let payload: JSONValue
        let principal: Principal
        let address: String
        let `protocol`: SourceProtocol
        let receivedAt: ContinuousClock.Instant
        let byteCount: Int
        /// What is kept when the message is not accepted.
        let raw: [UInt8]
    }

    /// What the sender hears.
    struct Answer: Sendable {
        /// The event that carries it.
        let event: String
        /// A JSON object.
        let data: [UInt8]
    }

    /// The events that devices send, with the one that answers each.
    private static let answers = [
        "lpr_event": "lpr_response", "lpr_data": "lpr_response", "device_status": "health_response",
        "health_status": "health_response", "camera_register": "camera_register",
    ]

    static func knows(_ event: String) -> Bool { answers[event] != nil }

    func handle(_ message: Message) async -> Answer {
        do throws(MessageFault) {
            return Answer(event: Self.answers[message.event] ?? "error", data: try await take(message))
        } catch {
            return Self.answer(to: message.event, error)
        }
    }

    /// A read that is not taken is answered where the sender waits for it; anything else by `error`.
    static func answer(to event: String, _ fault: MessageFault) -> Answer {
        Answer(
            event: answers[event] == "lpr_response" ? "lpr_response" : "error",
            data: object { writer in
                writer.member("status", "error")
                fault.write(to: &writer)
            })
    }

    private func take(_ message: Message) async throws(MessageFault) -> [UInt8] {
        let principal = message.principal
        guard principal.isFromTrustedNetwork || principal.role == .device || principal.allows(.operator) else {
            throw MessageFault(
                .forbidden, "Events are sent by devices and operators; you have \(principal.role.rawValue).")
        }
        try spend(1, principal)
        let sender = sender(of: message)
        let content: Content
        do throws(MessageRejection) {
            content = try decode(message, sender)
        } catch {
            throw MessageFault(await intake.reject(error, from: sender, payload: message.raw))
        }
        if case .frame(let frame) = content { try spend(frame.events.count - 1, principal) }
        do throws(IntakeError) {
            switch content {
            case .event(let draft):
                return Self.success([try await intake.accept(draft, from: sender, payload: message.raw)])
            case .frame(let frame):
                return Self.success(try await intake.accept(frame: frame, from: sender, payload: message.raw))
            case .health(let health): try await intake.report(health, from: sender)
            case .registration(let registration): try await intake.register(registration, from: sender)
            }
        } catch {
            throw MessageFault(error)
        }
        return Self.object { $0.member("status", "success") }
    }

    private enum Content {
        case event(LPREventDraft)
        case frame(CameraFrame)
        case health(CameraHealth)
        case registration(CameraRegistration)
    }

    private func decode(_ message: Message, _ sender: Sender) throws(MessageRejection) -> Content {
        let payload = message.payload
        switch message.event {
        case "lpr_event":
            return .event(try NativeEvent.decode(payload, defaultDevice: sender.device, pictureLimit: pictureLimit))
        case "camera_register":
            return .registration(try FieldCamera.registration(payload, defaultDevice: sender.device))
        case "health_status", "device_status":
            return .health(try FieldCamera.health(payload, defaultDevice: sender.device))
        default:
            // Some cameras send their health by the same event.
            if FieldCamera.kind(of: payload) == .health {
                return .health(try FieldCamera.health(payload, defaultDevice: sender.device))
            }
            return .frame(
                try FieldCamera.frame(
                    payload, defaultDevice: sender.device, zone: zone, pictureLimit: pictureLimit))
        }
    }

    private func spend(_ count: Int, _ principal: Principal) throws(MessageFault) {
        guard principal.role == .device,
            case .refused(let wait) = perDevice.spend(Double(count), key: principal.rateLimitKey)
        else { return }
        throw MessageFault(.tooManyRequests, "Too many events; send it again later.", retryAfter: wait)
    }

    private func sender(of message: Message) -> Sender {
        Sender(
            protocol: message.protocol, address: message.address,
            device: message.principal.deviceID.flatMap { DeviceID($0) },
            isFromTrustedNetwork: message.principal.isFromTrustedNetwork,
            receivedAt: intake.now - (ContinuousClock().now - message.receivedAt), startedAt: message.receivedAt,
            byteCount: message.byteCount)
    }

    /// `{status, event_id, event_ids}`: `created` when at least one event is new; a `conflict` changed nothing, and is
    /// found among the rejected messages.
    private static func success(_ outcomes: [EventOutcome]) -> [UInt8] {
        let words = Set(
            outcomes.map { outcome in
                switch outcome {
                case .created: "created"
                case .duplicate: "duplicate"
                case .conflict: "conflict"
                }
            })
        return object { writer in
            writer.member("status", ["created", "duplicate"].first(where: words.contains) ?? "conflict")
            writer.member("event_id", outcomes.first?.event.eventID)
            writer.name("event_ids")
            writer.array { writer in
                for outcome in outcomes { writer.value(outcome.event.eventID) }
            }
        }
    }

    private static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(body)
        return writer.bytes
    }
}
