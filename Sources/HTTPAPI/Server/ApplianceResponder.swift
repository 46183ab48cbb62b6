import Domain
import HTTPTypes
public import Hummingbird
import Logging
import NIOHTTP1

/// Answers every request: finds the route, recognises who asks, bounds the rate, and turns errors into problems.
public struct ApplianceResponder: HTTPResponder {
    public typealias Context = APIContext

    let services: APIServices
    let table: RouteTable
    let gate: AccessGate

    /// The public API and the page.
    public init(_ services: APIServices) {
        let gate = AccessGate(services: services)
        self.init(services, routes: Self.publicRoutes(services, gate: gate), gate: gate)
    }

    /// What the commands on the box itself talk to, over a socket that only its user may open.
    public static func admin(_ services: APIServices) -> ApplianceResponder {
        let gate = AccessGate(services: services, isConsole: true)
        return ApplianceResponder(services, routes: AdminRoutes(services: services).routes, gate: gate)
    }

    init(_ services: APIServices, routes: [Route], gate: AccessGate) {
        self.services = services
        table = RouteTable(routes)
        self.gate = gate
    }

    public func respond(to request: Request, context: APIContext) async throws -> Response {
        var context = context
        context.receivedAt = services.now
        context.client = client(of: request, context)
        let hold = BodyHold(services.limits.bodies)
        defer { hold.release() }
        context.bodyHold = hold
        var response: Response
        do {
            response = try await answer(request, context)
        } catch let error as HTTPParserError {
            // The client broke off in the middle of its body: the server answers 400 and closes the connection.
            throw error
        } catch {
            response = problem(error, context).response
        }
        for (name, value) in SecurityHeaders.every { response.headers[name] = value }
        response.headers[.requestID] = context.id
        CrossOriginAccess(allowedOrigins: services.limits.allowedOrigins).apply(to: &response, of: request)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func client(of request: Request, _ context: APIContext) -> ClientConnection {
        services.limits.proxies.client(
            of: ClientConnection(address: context.client.address, isTLS: services.limits.isTLS),
            forwardedFor: request.headers[values: .forwardedFor],
            forwardedProto: request.headers[values: .forwardedProto])
    }

    private func answer(_ request: Request, _ context: APIContext) async throws -> Response {
        try gate.admitAddress(context)
        switch table.match(request.method, request.uri.path) {
        case .route(let route, let parameters):
            var context = context
            context.pathParameters = parameters
            try await gate.admit(request, to: route, &context)
            return try await route.handle(request, context)
        case .otherMethods(let methods) where request.method == .options:
            return Response(status: .noContent, headers: [.allow: methods.joined(separator: ", ")])
        case .otherMethods(let methods):
            throw Problem(
                .methodNotAllowed, .wrongMethod,
                "\(request.uri.path) takes \(methods.joined(separator: ", ")), not \(request.method.rawValue).",
                allowedMethods: methods)
        case .none where gate.isConsole:
            throw Problem.notFound("There is nothing at \(request.uri.path.prefix(200)).")
        case .none:
            if let response = try await LivePaths(services: services).response(to: request, context) {
                return response
            }
            return try WebPage.response(to: request)
        }
    }

    private func problem(_ error: any Error, _ context: APIContext) -> Problem {
        if let problem = Problem(error) {
            if problem.status.kind == .serverError {
                services.logger.warning(
                    "request failed", metadata: ["error": "\(error)", "request": "\(context.id)"])
            }
            return problem
        }
        if let error = error as? any HTTPResponseError {
            return Problem(error.status, .badRequest, "The request could not be read.")
        }
        services.logger.error("request failed", metadata: ["error": "\(error)", "request": "\(context.id)"])
        return Problem(.internalServerError, .failed, "Something went wrong here; the log says what.")
    }
}

/// Headers that every answer carries.
enum SecurityHeaders {
    static let every: [(HTTPField.Name, String)] = [
        (
            .contentSecurityPolicy,
            """
            default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
            font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'
            """
        ),
        (.xContentTypeOptions, "nosniff"),
        (.referrerPolicy, "same-origin"),
    ]
}

extension HTTPField.Name {
    static let requestID = known("X-Request-ID")
    static let apiKey = known("X-API-Key")
    static let referrerPolicy = known("Referrer-Policy")
    static let forwardedFor = known("X-Forwarded-For")
    static let forwardedProto = known("X-Forwarded-Proto")

    /// A name that is a token of RFC 9110, written in this file.
    private static func known(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name("\(name)") else { preconditionFailure("\(name) is no header name") }
        return name
    }
}
