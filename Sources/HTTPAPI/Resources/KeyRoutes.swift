import Domain
import HTTPTypes
import Hummingbird
import Identity

/// `/api/keys`: API keys of devices and integrations.
struct KeyRoutes {
    let services: APIServices

    var routes: [Route] { [list, create, update, delete] }

    private static let path = "/api/keys/{key_id}"
    private static let pathParameters = [Operation.Parameter.path("key_id", "The key's public id")]
    static let limits = 1...500

    private var list: Route {
        Route(
            .get, "/api/keys", .role(.admin),
            Operation(
                "listKeys", tag: "Keys", "A page of API keys, newest first, without their secrets.",
                parameters: [
                    .query("device", "Only keys of this device."),
                    .query(
                        "limit", "Keys of one page.",
                        ["type": "integer", "minimum": 1, "maximum": 500, "default": 100]),
                    .query("cursor", "`next` of the page before."),
                ],
                answers: [.json(200, "A page", .reference("KeyPage")), .problem(422, "A parameter is wrong")])
        ) { request, _ in
            var query = QueryReader(request)
            let device = query.text("device", limit: 50)
            let limit = query.integer("limit", in: Self.limits, default: 100)
            let cursor = query.text("cursor", limit: 50).map(KeyCursor.init(text:))
            if case .some(nil) = cursor { query.problem("cursor", "is not one that this call has given") }
            try query.check()
            var keys = try await services.identity.listAPIKeys()
            if let device { keys = keys.filter { $0.deviceID == device } }
            if case .some(let cursor?) = cursor { keys = keys.filter { cursor.isBefore($0) } }
            let page = keys.prefix(limit)
            let next = keys.count > limit ? page.last.map { KeyCursor($0).text } : nil
            return Reply.json(to: request) { writer in
                writer.name("keys")
                writer.array { writer in
                    for key in page { writer.object { key.write(to: &$0) } }
                }
                writer.member("next", next)
            }
        }
    }

    private var create: Route {
        Route(
            .post, "/api/keys", .role(.admin),
            Operation(
                "createKey", tag: "Keys", "Makes an API key; its text is shown this once.",
                bodies: [.init(contentType: "application/json", schema: .reference("KeyDraft"))],
                answers: [
                    .json(201, "Made", .reference("NewKey")), .problem(400, "Not JSON"),
                    .problem(409, "There are as many keys as there may be"), .problem(422, "A field is wrong"),
                ])
        ) { request, context in
            try await Self.create(request, context, services)
        }
    }

    static func create(_ request: Request, _ context: APIContext, _ services: APIServices) async throws -> Response {
        guard let principal = context.principal else { throw Problem.loginNeeded }
        var body = try await JSONBody.read(request, context, members: ["name", "role", "device_id", "expires_at"])
        let name = body.label("name")
        if name == nil, !body.problems.contains(where: { $0.field == "name" }) { body.problem("name", "is missing") }
        let role = body.choice("role", Role.self)
        if role == nil, !body.problems.contains(where: { $0.field == "role" }) { body.problem("role", "is missing") }
        let draft = APIKeyDraft(
            name: name ?? "", role: role ?? .viewer, deviceID: body.text("device_id"),
            expiresAt: body.instant("expires_at"))
        try body.check()
        let (summary, key) = try await services.identity.createAPIKey(draft, by: principal)
        return Reply.json(status: .created, to: request) { writer in
            writer.name("key")
            writer.object { summary.write(to: &$0) }
            writer.member("api_key", key.reveal())
        }
    }

    private var update: Route {
        Route(
            .put, Self.path, .role(.admin),
            Operation(
                "updateKey", tag: "Keys", "Changes name, disabled or expiry; what is absent stays.",
                parameters: Self.pathParameters,
                bodies: [.init(contentType: "application/json", schema: .reference("KeyChange"))],
                answers: [
                    .json(200, "The key as it is now", .reference("Key")), .problem(400, "Not JSON"),
                    .problem(404, "No such key"), .problem(422, "A field is wrong"),
                ])
        ) { request, context in
            guard let principal = context.principal else { throw Problem.loginNeeded }
            var body = try await JSONBody.read(request, context, members: ["name", "disabled", "expires_at"])
            var change = APIKeyChange(name: body.label("name"), isDisabled: body.bool("disabled"))
            if body.has("expires_at") { change.expiresAt = .some(body.instant("expires_at")) }
            try body.check()
            let key = try await services.identity.updateAPIKey(
                context.pathParameters["key_id"] ?? "", change, by: principal)
            return Reply.json(to: request) { key.write(to: &$0) }
        }
    }

    private var delete: Route {
        Route(
            .delete, Self.path, .role(.admin),
            Operation(
                "deleteKey", tag: "Keys", "Removes a key; from then on it is refused, with the tokens that it brought.",
                parameters: Self.pathParameters,
                answers: [.empty(204, "Removed"), .problem(404, "No such key")])
        ) { _, context in
            guard let principal = context.principal else { throw Problem.loginNeeded }
            try await services.identity.deleteAPIKey(context.pathParameters["key_id"] ?? "", by: principal)
            return Reply.empty()
        }
    }
}

extension APIKeySummary {
    /// Writes the members of the key's object.
    func write(to writer: inout JSONWriter) {
        writer.member("key_id", id)
        writer.member("prefix", "lpr_\(id)")
        writer.member("name", name)
        writer.member("role", role.rawValue)
        writer.member("device_id", deviceID)
        writer.member("disabled", isDisabled)
        writer.member("created_by", createdBy)
        writer.member("created_at", createdAt)
        writer.member("last_used_at", lastUsedAt)
        writer.member("expires_at", expiresAt)
    }
}

/// The key behind which a page begins, in the order of the list: newest first, then by id.
private struct KeyCursor {
    let createdAt: Int64
    let id: String

    init(_ key: APIKeySummary) {
        createdAt = key.createdAt.microseconds
        id = key.id
    }

    init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let createdAt = Int64(parts[0], radix: 36) else { return nil }
        self.createdAt = createdAt
        id = String(parts[1])
    }

    var text: String { "\(String(createdAt, radix: 36)).\(id)" }

    func isBefore(_ key: APIKeySummary) -> Bool {
        createdAt > key.createdAt.microseconds || createdAt == key.createdAt.microseconds && id < key.id
    }
}
