import Domain
import HTTPTypes
import Hummingbird
import Identity
import Logging

/// Recognises who asks and lets them through, or not.
struct AccessGate: Sendable {
    let services: APIServices
    /// Whoever comes here has been let in by the permissions of the socket.
    var isConsole = false

    /// The rate of an address, before anything costs anything.
    func admitAddress(_ context: APIContext) throws {
        if isConsole { return }
        try check(services.limits.perAddress.spend(key: AddressGroup(context.address).rateLimitKey))
    }

    /// - Throws: `Problem` 401, 403 or 429.
    func admit(_ request: Request, to route: Route, _ context: inout APIContext) async throws {
        if isConsole {
            context.principal = .console
            return
        }
        try await recognise(request, route, &context)
        if let principal = context.principal {
            try checkRate(of: principal)
        }
        switch route.access {
        case .anyone:
            return
        case .identified:
            guard context.principal != nil else { throw Problem.loginNeeded }
        case .role(let role):
            guard let principal = context.principal else { throw Problem.loginNeeded }
            guard principal.allows(role) else {
                throw Problem.forbidden("This needs the role \(role.rawValue); you have \(principal.role.rawValue).")
            }
        case .sender:
            guard maySend(try recogniseSender(&context)) else {
                throw Problem.forbidden(
                    "Events are sent by devices and operators; you have \(context.principal?.role.rawValue ?? "none").")
            }
        case .viewerOrSender:
            let principal = try recogniseSender(&context)
            guard principal.allows(.viewer) || maySend(principal) else {
                throw Problem.forbidden("This needs the role viewer; you have \(principal.role.rawValue).")
            }
        }
        if context.isFromCookie { try checkOrigin(request, context) }
    }

    /// Who sends, if only by the word of a trusted network.
    private func recogniseSender(_ context: inout APIContext) throws -> Principal {
        if context.principal == nil, services.limits.isTrusted(context.address) {
            context.principal = .trustedNetwork(address: context.address)
        }
        guard let principal = context.principal else { throw Problem.loginNeeded }
        return principal
    }

    private func maySend(_ principal: Principal) -> Bool {
        principal.isFromTrustedNetwork || principal.role == .device || principal.allows(.operator)
    }

    /// Wrong credentials are an error even where none are needed: a client that shows a key wants to be that key.
    private func recognise(_ request: Request, _ route: Route, _ context: inout APIContext) async throws {
        do {
            let recognition = try await services.identity.recognise(request.credentials(isTLS: context.client.isTLS))
            context.principal = recognition?.principal
            context.isFromCookie = recognition?.isFromCookie ?? false
        } catch let error as IdentityError
            where route.access == .anyone && request.headers[.authorization] == nil && request.headers[.apiKey] == nil
        {
            // An old cookie must not keep anybody from the login page.
            services.logger.debug("old session", metadata: ["reason": "\(error.code)"])
        }
    }

    private func checkRate(of principal: Principal) throws {
        // Devices are bounded by events, where they send them.
        guard principal.role != .device else { return }
        try check(services.limits.perUser.spend(key: principal.rateLimitKey))
    }

    /// The events that a device sends, one by one or in batches.
    func admitEvents(_ count: Int, of principal: Principal) throws {
        guard principal.role == .device else { return }
        try check(services.limits.perDevice.spend(Double(count), key: principal.rateLimitKey))
    }

    private func check(_ decision: RateLimiter.Decision) throws {
        guard case .refused(let retryAfter) = decision else { return }
        throw Problem(
            .tooManyRequests, .tooManyRequests, "Too many requests; try again later.", retryAfter: retryAfter)
    }

    /// For calls that begin or end a session: another site's page must not log a browser in under a name of its choice.
    /// Programs send no Origin.
    func checkOriginIfSent(_ request: Request, _ context: APIContext) throws {
        if request.headers[.origin] != nil { try checkOrigin(request, context) }
    }

    /// A cookie is sent by the browser, whoever's page made it ask. Only pages of this appliance may change something.
    ///
    /// The scheme counts: whoever can put himself in between can show pages of any name by http, but not by https.
    func checkOrigin(_ request: Request, _ context: APIContext) throws {
        guard ![.get, .head, .options].contains(request.method) else { return }
        let refusal = Problem(.forbidden, .wrongOrigin, PageOrigin.refusal)
        guard let origin = request.headers[.origin] else { throw refusal }
        if services.limits.allowedOrigins.contains(origin) { return }
        let scheme = context.client.isTLS ? "https" : "http"
        guard PageOrigin.isOwn(origin, host: request.head.authority, schemes: [scheme]) else { throw refusal }
    }
}

extension Request {
    /// What it shows to say who asks.
    func credentials(isTLS: Bool) -> Credentials {
        Credentials(
            authorization: headers[.authorization], apiKey: headers[.apiKey], cookie: sessionCookie(isTLS: isTLS))
    }

    func sessionCookie(isTLS: Bool) -> String? { SessionCookie.value(in: headers[values: .cookie], isTLS: isTLS) }
}
