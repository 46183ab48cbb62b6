import Dialects
import Domain
import Hummingbird

/// What the AI cameras in the field call when they have no Socket.IO; docs/api.md, "Cameras in the field".
struct FieldCameraRoutes {
    let services: APIServices
    let gate: AccessGate

    var routes: [Route] { [message, detection, health, register, test] }

    private static let tag = "Cameras in the field"

    private static func bodies(_ schema: String) -> [Operation.Body] {
        [.init(contentType: "application/json", schema: .reference(schema))]
    }

    private static let failures: [Operation.Answer] = [
        .problem(400, "Not JSON, or not what is taken here"),
        .problem(413, "The body is too large"),
        .problem(422, "No camera is named"),
        .problem(503, "Busy; send it again after Retry-After"),
        .problem(507, "The disk is full; send it again later"),
    ]
    private static let stored: [Operation.Answer] = [
        .json(201, "At least one read is new", .reference("FieldCameraAnswer")),
        .json(
            200, "Nothing new: all was stored before, or the message was about the camera itself",
            .reference("FieldCameraAnswer")),
    ]
    private static let kept: [Operation.Answer] = [.json(200, "Kept", .reference("Acknowledgement"))]

    private var message: Route {
        Route(
            .post, "/api/statistics", .sender,
            Operation(
                "sendFieldCameraMessage", tag: Self.tag,
                "A detection or a health report of a camera in the field, told apart by type, else by the members.",
                bodies: Self.bodies("FieldCameraMessage"), answers: Self.stored + Self.failures)
        ) { request, context in
            try await reception.receive(request, context, limit: services.limits.body, nil)
        }
    }

    private var detection: Route {
        Route(
            .post, "/api/detection", .sender,
            Operation(
                "sendFieldCameraDetection", tag: Self.tag,
                "A frame of a camera in the field: one event for each plate, one picture for all of them.",
                bodies: Self.bodies("FieldCameraDetection"), answers: Self.stored + Self.failures)
        ) { request, context in
            try await reception.receive(request, context, limit: services.limits.body, .detection)
        }
    }

    private var health: Route {
        Route(
            .post, "/api/health", .sender,
            Operation(
                "sendFieldCameraHealth", tag: Self.tag,
                "What a camera in the field says of itself, up to 16 KiB; counts as a sign of life.",
                bodies: Self.bodies("FieldCameraMessage"),
                answers: Self.kept + Self.failures + [.problem(404, "No such device, and the sender may not add it")])
        ) { request, context in
            try await reception.receive(request, context, limit: RequestLimits.healthBody, .health)
        }
    }

    private var register: Route {
        Route(
            .post, "/api/cameras/register", .sender,
            Operation(
                "registerFieldCamera", tag: Self.tag,
                "Adds a camera unless it is known. What an administrator has said of it stays.",
                bodies: Self.bodies("FieldCameraMessage"), answers: Self.kept + Self.failures)
        ) { request, context in
            try await reception.receive(request, context, limit: RequestLimits.plainBody, .registration)
        }
    }

    private var test: Route {
        Route(
            .get, "/api/test", .sender,
            Operation(
                "testFieldCamera", tag: Self.tag, "Whether a camera in the field may send.",
                answers: [.json(200, "It may", .reference("Acknowledgement"))])
        ) { request, _ in
            FieldCameraReception.acknowledgement(to: request)
        }
    }

    private var reception: FieldCameraReception { FieldCameraReception(services: services, gate: gate) }
}
