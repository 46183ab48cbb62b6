import Domain
import HTTPTypes
import Hummingbird
import Identity

/// `/api/auth/token` and `/refresh`: access tokens for programs.
struct TokenRoutes {
    let services: APIServices
    let gate: AccessGate

    var routes: [Route] { [issue, refresh] }

    private var issue: Route {
        Route(
            .post, "/api/auth/token", .anyone,
            Operation(
                "issueTokens", tag: "Login",
                "Trades user name and password, or the API key in the header, for an access token of 15 minutes and a refresh token.",
                bodies: [.init(contentType: "application/json", schema: .reference("Login"))],
                answers: [
                    .json(200, "The tokens, shown this once", .reference("Tokens")), .problem(400, "Not JSON"),
                    .problem(401, "The credentials are wrong"), .problem(403, "The account or the key is disabled"),
                    .problem(422, "A field is missing"),
                    .problem(503, "Too many logins wait; try again after Retry-After"),
                ],
                isBodyOptional: true)
        ) { request, context in
            try gate.checkOriginIfSent(request, context)
            let tokens: IssuedTokens
            if let key = Self.apiKey(of: request) {
                let body = try await BodyReader(limit: RequestLimits.plainBody).read(request, context)
                guard try body.isEmpty || JSONBody(body).object.isEmpty else {
                    throw Problem.invalid("There is an API key in the header already; send it without a body.")
                }
                tokens = try await services.identity.issueTokens(apiKey: key, address: context.address)
            } else {
                var body = try await JSONBody.read(request, context, members: ["username", "password"])
                let username = body.requiredText("username")
                let password = body.requiredText("password", limit: 1_000)
                try body.check()
                tokens = try await services.identity.issueTokens(
                    username: username, password: password, address: context.address)
            }
            return response(to: request, tokens)
        }
    }

    private static func apiKey(of request: Request) -> String? {
        if let header = request.headers[.authorization] {
            let value = header.dropFirst(7)
            return value.hasPrefix("lpr_") ? String(value) : nil
        }
        return request.headers[.apiKey]
    }

    private var refresh: Route {
        Route(
            .post, "/api/auth/refresh", .anyone,
            Operation(
                "refreshTokens", tag: "Login",
                "Trades a refresh token for new tokens. Each is good for one time; used twice, all tokens of the same login are void.",
                bodies: [.init(contentType: "application/json", schema: .reference("Refresh"))],
                answers: [
                    .json(200, "New tokens", .reference("Tokens")), .problem(400, "Not JSON"),
                    .problem(401, "The token is unknown, expired or was used before"),
                    .problem(403, "The account or the key is disabled"), .problem(422, "A field is missing"),
                ])
        ) { request, context in
            var body = try await JSONBody.read(request, context, members: ["refresh_token"])
            let token = body.requiredText("refresh_token")
            try body.check()
            return response(to: request, try await services.identity.refresh(token))
        }
    }

    private func response(to request: Request, _ tokens: IssuedTokens) -> Response {
        Reply.json(to: request) { writer in
            writer.member("access_token", tokens.accessToken.reveal())
            writer.member("token_type", "Bearer")
            writer.member("expires_in", tokens.accessLifetime.components.seconds)
            writer.member("refresh_token", tokens.refreshToken.reveal())
            writer.member("refresh_expires_in", tokens.refreshLifetime.components.seconds)
        }
    }
}
