import Domain
import HTTPTypes
import Hummingbird
import Identity

/// `/api/auth/…` for people at the web page: set-up, login, logout, the own password.
struct SessionRoutes {
    let services: APIServices
    let gate: AccessGate

    var routes: [Route] { [me, setUp, login, logout, changePassword, socketTicket] }

    private var me: Route {
        Route(
            .get, "/api/auth/me", .anyone,
            Operation(
                "getMe", tag: "Login", "Who asks, and where this is. Always answers, also without a login.",
                answers: [.json(200, "Who asks", .reference("Me"))])
        ) { request, context in
            let principal = context.principal
            return Reply.json(to: request) { write(principal, to: &$0) }
        }
    }

    private func write(_ principal: Principal?, to writer: inout JSONWriter) {
        writer.member("authenticated", principal != nil)
        writer.member("username", principal?.username)
        writer.member("role", principal?.role.rawValue)
        writer.member("device_id", principal?.deviceID)
        writer.member("setup_required", !services.identity.isSetUp)
        writer.name("site")
        writer.object { writer in
            writer.member("id", services.site.id)
            writer.member("name", services.site.name)
            writer.member("timezone", services.site.timezone)
            writer.member("language", services.site.language)
        }
    }

    private var setUp: Route {
        Route(
            .post, "/api/auth/setup", .anyone,
            Operation(
                "setUp", tag: "Login", "Makes the first administrator, with the code that the box has printed.",
                bodies: [.init(contentType: "application/json", schema: .reference("Setup"))],
                answers: [
                    .json(201, "Made and logged in; the cookie is set", .reference("Me")),
                    .problem(400, "Not JSON"), .problem(403, "The code is wrong or no longer valid"),
                    .problem(409, "An account exists"), .problem(422, "A field is wrong"),
                ])
        ) { request, context in
            try gate.checkOriginIfSent(request, context)
            var body = try await JSONBody.read(request, context, members: ["setup_code", "username", "password"])
            let code = body.requiredText("setup_code")
            let username = body.requiredText("username")
            let password = body.requiredText("password", limit: 1_000)
            try body.check()
            let session = try await services.identity.setUp(
                code: code, username: username, password: password, address: context.address)
            return response(to: request, context, .created, session)
        }
    }

    private var login: Route {
        Route(
            .post, "/api/auth/login", .anyone,
            Operation(
                "logIn", tag: "Login", "Begins a session of the web page.",
                bodies: [.init(contentType: "application/json", schema: .reference("Login"))],
                answers: [
                    .json(200, "Logged in; the cookie is set", .reference("Me")), .problem(400, "Not JSON"),
                    .problem(401, "Name or password is wrong"), .problem(403, "The account is disabled"),
                    .problem(422, "A field is missing"),
                    .problem(503, "Too many logins wait; try again after Retry-After"),
                ])
        ) { request, context in
            try gate.checkOriginIfSent(request, context)
            var body = try await JSONBody.read(request, context, members: ["username", "password"])
            let username = body.requiredText("username")
            let password = body.requiredText("password", limit: 1_000)
            try body.check()
            let session = try await services.identity.login(
                username: username, password: password, address: context.address)
            return response(to: request, context, .ok, session)
        }
    }

    private func response(
        to request: Request, _ context: APIContext, _ status: HTTPResponse.Status, _ session: OpenedSession
    ) -> Response {
        var response = Reply.json(status: status, to: request) { write(session.principal, to: &$0) }
        let lifetime = max(.zero, session.expiresAt.since(services.now))
        response.headers[.setCookie] = SessionCookie.header(
            session.cookie.reveal(), lifetime: lifetime, isTLS: context.client.isTLS)
        return response
    }

    private var logout: Route {
        Route(
            .post, "/api/auth/logout", .anyone,
            Operation(
                "logOut", tag: "Login", "Ends the session of the web page; also one that has ended already.",
                answers: [.empty(204, "Logged out; the cookie is removed")])
        ) { request, context in
            try gate.checkOriginIfSent(request, context)
            if let cookie = request.sessionCookie(isTLS: context.client.isTLS) {
                try await services.identity.logout(cookie: cookie)
            }
            var response = Reply.empty()
            response.headers[.setCookie] = SessionCookie.removal(isTLS: context.client.isTLS)
            return response
        }
    }

    private var changePassword: Route {
        Route(
            .post, "/api/auth/password", .identified,
            Operation(
                "changePassword", tag: "Login",
                "Changes the own password; ends all other sessions and tokens of that user.",
                bodies: [.init(contentType: "application/json", schema: .reference("PasswordChange"))],
                answers: [
                    .empty(204, "Changed"), .problem(400, "Not JSON"), .problem(422, "The new password is not good"),
                ])
        ) { request, context in
            guard let username = context.principal?.username else {
                throw Problem.forbidden("Only people have a password; this is an API key.")
            }
            var body = try await JSONBody.read(request, context, members: ["current_password", "new_password"])
            let current = body.requiredText("current_password", limit: 1_000)
            let new = body.requiredText("new_password", limit: 1_000)
            try body.check()
            let cookie = context.isFromCookie ? request.sessionCookie(isTLS: context.client.isTLS) : nil
            try await services.identity.changePassword(
                of: username, current: current, new: new, keeping: cookie, address: context.address)
            return Reply.empty()
        }
    }

    private var socketTicket: Route {
        Route(
            .post, "/api/auth/ws-ticket", .identified,
            Operation(
                "makeSocketTicket", tag: "Login",
                "A ticket that opens one WebSocket within 30 seconds, for browsers that cannot send headers: `/ws?ticket=…`.",
                answers: [.json(201, "The ticket", .reference("SocketTicket"))])
        ) { request, context in
            guard let principal = context.principal else { throw Problem.loginNeeded }
            let ticket = services.identity.socketTickets.issue(to: principal)
            return Reply.json(status: .created, to: request) { writer in
                writer.member("ticket", ticket.reveal())
                writer.member("expires_in_seconds", SocketTickets.lifetime.components.seconds)
            }
        }
    }
}
