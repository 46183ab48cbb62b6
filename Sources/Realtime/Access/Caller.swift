import Domain
public import Identity
import NIOHTTP1

/// Who asks for a live connection, as far as the request tells.
public struct Caller: Sendable {
    /// The client's address without a port; behind a proxy that is trusted, not the proxy's.
    public let address: String
    public let credentials: Credentials
    /// A one-time ticket in the query.
    public let ticket: String?
    /// The headers `Origin` and `Host`.
    public let origin: String?
    public let host: String?

    public init(address: String, credentials: Credentials, ticket: String?, origin: String?, host: String?) {
        self.address = address
        self.credentials = credentials
        self.ticket = ticket
        self.origin = origin
        self.host = host
    }

    init(_ request: UpgradeRequest, at gate: any LiveGate) {
        let client = gate.proxies.client(
            of: ClientConnection(address: request.peer, isTLS: gate.isTLS),
            forwardedFor: request.headers["x-forwarded-for"], forwardedProto: request.headers["x-forwarded-proto"])
        self.init(
            address: client.address,
            credentials: Credentials(
                authorization: request.headers.first(name: "authorization"),
                apiKey: request.headers.first(name: "x-api-key"),
                cookie: SessionCookie.value(in: request.headers["cookie"], isTLS: client.isTLS)),
            ticket: request.query["ticket"], origin: request.headers.first(name: "origin"),
            host: request.headers.first(name: "host"))
    }

    /// Whether a page of that origin may connect: the appliance's own, or one that the configuration names. Programs
    /// send none, or the address that they connect to.
    ///
    /// The scheme is passed over: a proxy in front may speak https while the appliance speaks http, and some programs
    /// name http also where they connect by TLS.
    func isFromAllowedOrigin(_ allowed: Set<String>) -> Bool {
        guard let origin else { return true }
        if allowed.contains(origin) { return true }
        return PageOrigin.isOwn(origin, host: host, schemes: ["http", "https"])
    }
}
