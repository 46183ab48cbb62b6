import Dialects
import Domain
import Gateway
import HTTPTypes
import Hummingbird
import Store

/// `POST /api/lpr/events/batch`: NDJSON or a JSON array.
struct BatchReception {
    let services: APIServices
    let gate: AccessGate

    func receive(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let principal = context.principal else { throw Problem.loginNeeded }
        let bytes = try await BodyReader(limit: RequestLimits.batchBody).read(request, context)
        let sender = Sender(principal, context, byteCount: bytes.count)
        let lines = try lines(of: bytes, sender)
        guard lines.count <= RequestLimits.batchEvents else {
            throw Problem(
                .contentTooLarge, .tooLarge,
                "The batch has \(lines.count) events; at most \(RequestLimits.batchEvents) go into one.")
        }
        guard !lines.isEmpty else { throw Problem(.badRequest, .emptyBatch, "The batch has no events.") }
        try gate.admitEvents(lines.count, of: principal)
        let outcomes = try await services.intake.accept(batch: lines, from: sender)
        return Reply.json(to: request) { Self.write(outcomes, to: &$0) }
    }

    private typealias Line = (decoded: Result<LPREventDraft, MessageRejection>, payload: [UInt8])

    private func lines(of bytes: [UInt8], _ sender: Sender) throws -> [Line] {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard first == UInt8(ascii: "[") else {
            return bytes.split(separator: 0x0A).compactMap { slice -> Line? in
                let line = Array(slice)
                if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { return nil }
                return (decode(sender) { () throws(MessageRejection) in try EventReception.parse(line) }, line)
            }
        }
        guard case .array(let values) = try JSONBody.parse(bytes) else {
            throw Problem(.badRequest, .notJSON, "The body must be NDJSON or a JSON array of events.")
        }
        return values.map { value in
            let decoded = decode(sender) { () throws(MessageRejection) in value }
            // Only what is refused is kept as it came; writing all of it out again would be work for nothing.
            guard case .failure = decoded else { return (decoded, []) }
            return (decoded, Array(value.text.utf8.prefix(RejectedMessage.payloadLimit)))
        }
    }

    private func decode(
        _ sender: Sender, _ value: () throws(MessageRejection) -> JSONValue
    ) -> Result<LPREventDraft, MessageRejection> {
        do throws(MessageRejection) {
            return .success(
                try NativeEvent.decode(
                    value(), defaultDevice: sender.device, pictureLimit: services.limits.picture))
        } catch {
            return .failure(error)
        }
    }

    private static func write(_ outcomes: [BatchLineOutcome], to writer: inout JSONWriter) {
        var created = 0
        var duplicates = 0
        var rejected = 0
        writer.name("results")
        writer.array { writer in
            for outcome in outcomes {
                writer.object { writer in
                    switch outcome {
                    case .stored(let outcome):
                        writer.member("event_id", outcome.event.eventID)
                        if case .created(_) = outcome {
                            created += 1
                            writer.member("status", "created")
                        } else {
                            duplicates += 1
                            writer.member("status", "duplicate")
                        }
                    case .rejected(let eventID, let error):
                        rejected += 1
                        writer.member("event_id", eventID)
                        writer.member("status", "rejected")
                        writer.name("errors")
                        writer.array { writer in
                            let fields = error.fields.isEmpty ? [FieldError("", error.reason)] : error.fields
                            for field in fields {
                                writer.object { writer in
                                    writer.member("field", field.field)
                                    writer.member("message", field.message)
                                }
                            }
                        }
                    }
                }
            }
        }
        writer.member("created", Int64(created))
        writer.member("duplicates", Int64(duplicates))
        writer.member("rejected", Int64(rejected))
    }
}
