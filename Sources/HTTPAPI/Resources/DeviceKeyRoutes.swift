import Domain
import HTTPTypes
import Hummingbird
import Identity
import Store

/// `/api/devices/{device_id}/ssh-keys`: the SSH public keys by which a device logs in.
struct DeviceKeyRoutes {
    let services: APIServices

    var routes: [Route] { [list, add, remove] }

    private static let path = "/api/devices/{device_id}/ssh-keys"
    private static let pathParameters = [Operation.Parameter.path("device_id", "The device's id")]

    private var list: Route {
        Route(
            .get, Self.path, .role(.admin),
            Operation(
                "listDeviceKeys", tag: "Devices", "The SSH keys of a device, oldest first.",
                parameters: Self.pathParameters,
                answers: [.json(200, "Its keys", .reference("DeviceKeyList")), .problem(404, "No such device")])
        ) { request, context in
            try await Self.list(context.pathParameters["device_id"] ?? "", services, request)
        }
    }

    static func list(_ deviceID: String, _ services: APIServices, _ request: Request) async throws -> Response {
        guard try await services.store.read({ try EdgeDevice.fetch(deviceID: deviceID, $0) }) != nil else {
            throw Problem.notFound("There is no such device.")
        }
        let keys = try await services.identity.listDeviceKeys(of: deviceID)
        return Reply.json(to: request) { writer in
            writer.name("ssh_keys")
            writer.array { writer in
                for key in keys { writer.object { key.write(to: &$0) } }
            }
        }
    }

    private var add: Route {
        Route(
            .post, Self.path, .role(.admin),
            Operation(
                "addDeviceKey", tag: "Devices", "Lets a device log in with an SSH key; at most 16 of a device.",
                parameters: Self.pathParameters,
                bodies: [.init(contentType: "application/json", schema: .reference("DeviceKeyDraft"))],
                answers: [
                    .json(201, "Added", .reference("DeviceKey")), .problem(400, "Not JSON"),
                    .problem(404, "No such device"),
                    .problem(409, "The device has it already, or as many as there may be"),
                    .problem(422, "The text is no key that is accepted; the answer says why"),
                ])
        ) { request, context in
            guard let principal = context.principal else { throw Problem.loginNeeded }
            return try await Self.add(
                context.pathParameters["device_id"] ?? "", request, context, by: principal, services)
        }
    }

    static func add(
        _ deviceID: String, _ request: Request, _ context: APIContext, by principal: Principal, _ services: APIServices
    ) async throws -> Response {
        var body = try await JSONBody.read(request, context, members: ["public_key", "comment"])
        let line = body.requiredText("public_key", limit: SSHPublicKey.lineLimit)
        let comment = body.label("comment")
        try body.check()
        let key = try await services.identity.addDeviceKey(line, comment: comment, to: deviceID, by: principal)
        return Reply.json(status: .created, to: request) { key.write(to: &$0) }
    }

    private var remove: Route {
        Route(
            .delete, Self.path + "/{fingerprint}", .role(.admin),
            Operation(
                "deleteDeviceKey", tag: "Devices", "Takes an SSH key from a device.",
                parameters: Self.pathParameters + [
                    .path("fingerprint", "`SHA256:…` as the list shows it, `/` written as %2F")
                ],
                answers: [.empty(204, "Removed"), .problem(404, "The device has no such key")])
        ) { _, context in
            guard let principal = context.principal else { throw Problem.loginNeeded }
            return try await Self.remove(context, by: principal, services)
        }
    }

    static func remove(
        _ context: APIContext, by principal: Principal, _ services: APIServices
    ) async throws -> Response {
        try await services.identity.deleteDeviceKey(
            context.pathParameters["fingerprint"] ?? "", of: context.pathParameters["device_id"] ?? "", by: principal)
        return Reply.empty()
    }
}

extension DeviceKeyRecord {
    /// Writes the members of the key's object.
    func write(to writer: inout JSONWriter) {
        writer.member("fingerprint", fingerprint)
        writer.member("type", type)
        writer.member("comment", comment)
        writer.member("created_by", createdBy)
        writer.member("created_at", createdAt)
        writer.member("last_used_at", lastUsedAt)
    }
}
