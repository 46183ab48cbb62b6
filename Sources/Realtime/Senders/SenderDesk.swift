import Dialects
public import Domain
public import Gateway
public import Identity
import NIOCore

/// Takes what devices send over a live connection, whatever the door, and answers after the commit (invariant 1).
public struct SenderDesk: Sendable {
    let intake: Intake
    let presence: DevicePresence
    /// Events per second of one device.
    let perDevice: RateLimiter
    /// Bytes of one picture.
    let pictureLimit: Int
    /// The zone of times without one.
    let zone: TimeZoneRules

    public init(
        intake: Intake, presence: DevicePresence, perDevice: RateLimiter, pictureLimit: Int, zone: TimeZoneRules
    ) {
        self.intake = intake
        self.presence = presence
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

    /// The events that devices send, with what answers them.
    private static let answers = ["lpr_event": "lpr_response", "device_status": "health_response"]

    static func knows(_ event: String) -> Bool { answers[event] != nil }

    func handle(_ message: Message) async -> Answer {
        do throws(MessageFault) {
            return Answer(event: Self.answers[message.event] ?? "error", data: try await take(message))
        } catch {
            return Self.answer(to: message.event, error)
        }
    }

    static func answer(to event: String, _ fault: MessageFault) -> Answer {
        Answer(
            event: event == "lpr_event" ? "lpr_response" : "error",
            data: object { writer in
                writer.member("status", "error")
                fault.write(to: &writer)
            })
    }

    private func take(_ message: Message) async throws(MessageFault) -> [UInt8] {
        let principal = message.principal
        guard principal.isFromTrustedNetwork || principal.role == .device || principal.allows(.operator) else {
            throw MessageFault(.forbidden, "Events are sent by devices and operators; you have \(principal.role.rawValue).")
        }
        if principal.role == .device, case .refused(let wait) = perDevice.spend(1, key: principal.rateLimitKey) {
            throw MessageFault(.tooManyRequests, "Too many events; send it again later.", retryAfter: wait)
        }
        switch message.event {
        case "lpr_event": return try await takeEvent(message)
        default: throw MessageFault(.unknownEvent, "There is no event \(message.event.prefix(60)).")
        }
    }

    private func takeEvent(_ message: Message) async throws(MessageFault) -> [UInt8] {
        let sender = sender(of: message)
        let draft: LPREventDraft
        do throws(MessageRejection) {
            draft = try NativeEvent.decode(message.payload, defaultDevice: sender.device, pictureLimit: pictureLimit)
        } catch {
            throw MessageFault(await intake.reject(error, from: sender, payload: message.raw))
        }
        do throws(IntakeError) {
            return Self.success([try await intake.accept(draft, from: sender, payload: message.raw)])
        } catch {
            throw MessageFault(error)
        }
    }

    private func sender(of message: Message) -> Sender {
        Sender(
            protocol: message.protocol, address: message.address,
            device: message.principal.deviceID.flatMap { DeviceID($0) },
            isFromTrustedNetwork: message.principal.isFromTrustedNetwork,
            receivedAt: intake.now - (ContinuousClock().now - message.receivedAt), startedAt: message.receivedAt,
            byteCount: message.byteCount)
    }

    /// `{status, event_id, event_ids}`: `created` when at least one event is new.
    private static func success(_ outcomes: [EventOutcome]) -> [UInt8] {
        let isNew = outcomes.contains { if case .created = $0 { true } else { false } }
        return object { writer in
            writer.member("status", isNew ? "created" : "duplicate")
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
