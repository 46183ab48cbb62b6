import Domain
import HTTPTypes
import Hummingbird
import Identity

/// `/api/users`: people who may log in.
struct UserRoutes {
    let services: APIServices

    var routes: [Route] { [list, create, update, delete] }

    private static let path = "/api/users/{username}"
    private static let pathParameters = [Operation.Parameter.path("username", "The user's name, in any case")]

    private var list: Route {
        Route(
            .get, "/api/users", .role(.admin),
            Operation(
                "listUsers", tag: "Users", "All users, by name; there are at most 1,000.",
                answers: [.json(200, "All users", .reference("UserList"))])
        ) { request, _ in
            let users = try await services.identity.listUsers()
            return Reply.json(to: request) { Self.write(users, to: &$0) }
        }
    }

    static func write(_ users: [UserSummary], to writer: inout JSONWriter) {
        writer.name("users")
        writer.array { writer in
            for user in users { writer.object { user.write(to: &$0) } }
        }
    }

    private var create: Route {
        Route(
            .post, "/api/users", .role(.admin),
            Operation(
                "createUser", tag: "Users", "Adds a user.",
                bodies: [.init(contentType: "application/json", schema: .reference("UserDraft"))],
                answers: [
                    .json(201, "Added", .reference("User")), .problem(400, "Not JSON"),
                    .problem(409, "The name is taken, or there are 1,000 users"), .problem(422, "A field is wrong"),
                ])
        ) { request, context in
            try await Self.create(request, context, services)
        }
    }

    static func create(_ request: Request, _ context: APIContext, _ services: APIServices) async throws -> Response {
        guard let principal = context.principal else { throw Problem.loginNeeded }
        var body = try await JSONBody.read(request, context, members: ["username", "password", "role"])
        let username = body.requiredText("username")
        let password = body.requiredText("password", limit: 1_000)
        let role = body.choice("role", Role.self)
        if role == nil, !body.problems.contains(where: { $0.field == "role" }) { body.problem("role", "is missing") }
        try body.check()
        let user = try await services.identity.createUser(
            username: username, role: role ?? .viewer, password: password, by: principal)
        return Reply.json(status: .created, to: request) { user.write(to: &$0) }
    }

    private var update: Route {
        Route(
            .put, Self.path, .role(.admin),
            Operation(
                "updateUser", tag: "Users",
                "Changes role, password or disabled; what is absent stays. A new password or disabling ends all sessions and tokens of that user.",
                parameters: Self.pathParameters,
                bodies: [.init(contentType: "application/json", schema: .reference("UserChange"))],
                answers: [
                    .json(200, "The user as it is now", .reference("User")), .problem(400, "Not JSON"),
                    .problem(404, "No such user"), .problem(409, "The last administrator, or the own account"),
                    .problem(422, "A field is wrong"),
                ])
        ) { request, context in
            guard let principal = context.principal else { throw Problem.loginNeeded }
            var body = try await JSONBody.read(request, context, members: ["role", "password", "disabled"])
            let change = UserChange(
                role: body.choice("role", Role.self), password: body.text("password", limit: 1_000),
                isDisabled: body.bool("disabled"))
            try body.check()
            let user = try await services.identity.updateUser(
                context.pathParameters["username"] ?? "", change, by: principal)
            return Reply.json(to: request) { user.write(to: &$0) }
        }
    }

    private var delete: Route {
        Route(
            .delete, Self.path, .role(.admin),
            Operation(
                "deleteUser", tag: "Users", "Removes a user with all sessions and tokens.",
                parameters: Self.pathParameters,
                answers: [
                    .empty(204, "Removed"), .problem(404, "No such user"),
                    .problem(409, "The last administrator, or the own account"),
                ])
        ) { _, context in
            guard let principal = context.principal else { throw Problem.loginNeeded }
            try await services.identity.deleteUser(context.pathParameters["username"] ?? "", by: principal)
            return Reply.empty()
        }
    }
}

extension UserSummary {
    /// Writes the members of the user's object.
    func write(to writer: inout JSONWriter) {
        writer.member("username", username)
        writer.member("role", role.rawValue)
        writer.member("disabled", isDisabled)
        writer.member("last_login_at", lastLoginAt)
        writer.member("created_at", createdAt)
        writer.member("updated_at", updatedAt)
    }
}
