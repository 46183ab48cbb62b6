import Dialects
import Domain
import Gateway
import HTTPTypes
import Hummingbird
import Identity
import Store

/// Takes messages of the cameras in the field over plain REST, and answers when they are on disk (invariant 1).
struct FieldCameraReception {
    let services: APIServices
    let gate: AccessGate

    /// - Parameters:
    ///   - limit: bytes of the body.
    ///   - kind: what the address takes; nil where the message itself says it.
    func receive(
        _ request: Request, _ context: APIContext, limit: Int, _ kind: FieldCamera.Kind?
    ) async throws -> Response {
        guard let principal = context.principal else { throw Problem.loginNeeded }
        try gate.admitEvents(1, of: principal)
        let bytes = try await BodyReader(limit: limit, patience: BodyReader.eventPatience).read(request, context)
        let sender = Sender(principal, context, byteCount: bytes.count)
        let message: Message
        do throws(MessageRejection) {
            message = try decode(EventReception.parse(bytes), kind, sender)
        } catch {
            let refusal = await services.intake.reject(error, from: sender, payload: bytes)
            guard error.fields.contains(where: { !$0.field.isEmpty }) else {
                throw Problem(.badRequest, .notJSON, refusal.reason)
            }
            throw refusal
        }
        switch message {
        case .frame(let frame):
            try gate.admitEvents(frame.events.count - 1, of: principal)
            let outcomes = try await services.intake.accept(frame: frame, from: sender, payload: bytes)
            return Self.answer(outcomes, to: request)
        case .health(let health): try await services.intake.report(health, from: sender)
        case .registration(let registration): try await services.intake.register(registration, from: sender)
        }
        return Self.acknowledgement(to: request)
    }

    private enum Message {
        case frame(CameraFrame)
        case health(CameraHealth)
        case registration(CameraRegistration)
    }

    private func decode(
        _ value: JSONValue, _ kind: FieldCamera.Kind?, _ sender: Sender
    ) throws(MessageRejection) -> Message {
        switch kind ?? FieldCamera.kind(of: value) {
        case .health: return .health(try FieldCamera.health(value, defaultDevice: sender.device))
        case .registration: return .registration(try FieldCamera.registration(value, defaultDevice: sender.device))
        case .detection, nil:
            return .frame(
                try FieldCamera.frame(
                    value, defaultDevice: sender.device, zone: services.site.zone,
                    pictureLimit: services.limits.picture))
        }
    }

    static func acknowledgement(to request: Request) -> Response {
        Reply.json(to: request) { $0.member("status", "success") }
    }

    /// The cameras look at the status alone, and send again what is answered by anything but 200 and 201. A conflict
    /// would be one at every sending: it is answered 200, and is found among the rejected messages.
    private static func answer(_ outcomes: [EventOutcome], to request: Request) -> Response {
        let words = outcomes.map { outcome in
            switch outcome {
            case .created: "created"
            case .duplicate: "duplicate"
            case .conflict: "conflict"
            }
        }
        let isNew = words.contains("created")
        return Reply.json(status: isNew ? .created : .ok, to: request) { writer in
            writer.member("status", "success")
            writer.member("result", isNew ? "created" : words.contains("duplicate") ? "duplicate" : "conflict")
            writer.name("event_ids")
            writer.array { writer in
                for outcome in outcomes { writer.value(outcome.event.eventID) }
            }
            writer.name("results")
            writer.array { writer in
                for word in words { writer.value(word) }
            }
        }
    }
}
