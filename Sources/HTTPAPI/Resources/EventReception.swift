import Dialects
import Domain
import Gateway
import HTTPTypes
import Hummingbird
import Identity
import Store

/// `POST /api/lpr/events`, as JSON or as a form with pictures.
struct EventReception {
    let services: APIServices
    let gate: AccessGate

    func receive(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let principal = context.principal else { throw Problem.loginNeeded }
        try gate.admitEvents(1, of: principal)
        let contentType = request.headers[.contentType] ?? "application/json"
        let bytes = try await BodyReader(limit: services.limits.body, patience: BodyReader.eventPatience)
            .read(request, context)
        let sender = Sender(principal, context, byteCount: bytes.count)
        let draft: LPREventDraft
        do throws(MessageRejection) {
            if contentType.lowercased().hasPrefix("multipart/form-data") {
                draft = try draftOfForm(bytes, contentType, sender)
            } else {
                draft = try draftOfJSON(bytes, sender)
            }
        } catch {
            let refusal = await services.intake.reject(error, from: sender, payload: bytes)
            // What cannot even be read as a message is a bad request; a message with wrong fields is 422.
            guard error.fields.contains(where: { !$0.field.isEmpty }) else {
                throw Problem(.badRequest, .notJSON, refusal.reason)
            }
            throw refusal
        }
        let outcome = try await services.intake.accept(draft, from: sender, payload: bytes)
        guard case .created(let event) = outcome else {
            return Reply.json(outcome.event.json, status: .ok, to: request)
        }
        var response = Reply.json(event.json, status: .created, to: request)
        response.headers[.location] = "/api/lpr/events/\(event.eventID)"
        return response
    }

    private func draftOfJSON(_ bytes: [UInt8], _ sender: Sender) throws(MessageRejection) -> LPREventDraft {
        try NativeEvent.decode(
            EventReception.parse(bytes), defaultDevice: sender.device, pictureLimit: services.limits.picture)
    }

    static func parse(_ bytes: [UInt8]) throws(MessageRejection) -> JSONValue {
        do throws(JSONError) {
            return try JSONParser.parse(bytes)
        } catch {
            throw MessageRejection(fields: [FieldError("", "The body is not valid JSON: \(error).")])
        }
    }

    private func draftOfForm(
        _ bytes: [UInt8], _ contentType: String, _ sender: Sender
    ) throws(MessageRejection) -> LPREventDraft {
        let parts: [Multipart.Part]
        do throws(Multipart.Failure) {
            guard let boundary = Multipart.boundary(ofContentType: contentType) else { throw .noBoundary }
            parts = try Multipart.parts(of: bytes, boundary: boundary)
        } catch {
            throw MessageRejection(fields: [FieldError("", "The form cannot be read: \(error.reason).")])
        }
        var problems: [FieldError] = []
        var content: [String: [UInt8]] = [:]
        for part in parts {
            if !["event", "image", "plate_image"].contains(part.name) {
                problems.append(FieldError(part.name, "is no part of this form; event, image and plate_image are"))
            } else if content.updateValue(part.content, forKey: part.name) != nil {
                problems.append(FieldError(part.name, "stands in the form twice"))
            }
        }
        guard let event = content["event"] else {
            problems.append(FieldError("event", "is missing; it is the part with the event as JSON"))
            throw MessageRejection(fields: problems)
        }
        guard problems.isEmpty else { throw MessageRejection(fields: problems) }
        var draft = try draftOfJSON(event, sender)
        if let image = content["image"] {
            guard draft.image == nil, draft.imagePath == nil else {
                throw MessageRejection(
                    fields: [FieldError("image", "is a part of the form and stands in the event too; send it once")],
                    deviceID: draft.edgeDeviceID.text)
            }
            draft.image = PictureBytes(image)
        }
        if let plateImage = content["plate_image"] {
            guard draft.plateImage == nil else {
                throw MessageRejection(
                    fields: [
                        FieldError("plate_image", "is a part of the form and stands in the event too; send it once")
                    ], deviceID: draft.edgeDeviceID.text)
            }
            draft.plateImage = PictureBytes(plateImage)
        }
        return draft
    }
}

extension Sender {
    init(_ principal: Principal, _ context: APIContext, byteCount: Int) {
        self.init(
            protocol: .http, address: context.address, device: principal.deviceID.flatMap { DeviceID($0) },
            isFromTrustedNetwork: principal.isFromTrustedNetwork, receivedAt: context.receivedAt,
            startedAt: context.startedAt, byteCount: byteCount)
    }
}
