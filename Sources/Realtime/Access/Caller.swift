import Domain
public import Identity
import NIOHTTP1

/// Who asks for a live connection, as far as the request tells.
public struct Caller: Sendable {
    /// The peer's address without a port.
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

    init(_ request: UpgradeRequest, isTLS: Bool) {
        self.init(
            address: request.address,
            credentials: Credentials(
                authorization: request.headers.first(name: "authorization"),
                apiKey: request.headers.first(name: "x-api-key"),
                cookie: SessionCookie.value(in: request.headers["cookie"], isTLS: isTLS)),
            ticket: request.query["ticket"], origin: request.headers.first(name: "origin"),
            host: request.headers.first(name: "host"))
    }

    /// Whether a page of that origin may connect: the appliance's own, or one that the configuration names. Programs
    /// send none, or the address that they connect to.
    ///
    /// Scheme and default port are passed over: a proxy in front may speak https while the appliance speaks http.
    func isFromAllowedOrigin(_ allowed: Set<String>) -> Bool {
        guard let origin else { return true }
        if allowed.contains(origin) { return true }
        guard let host, let scheme = ["http://", "https://"].first(where: { origin.hasPrefix($0) }) else {
            return false
        }
        return Self.withoutDefaultPort(origin.dropFirst(scheme.count)) == Self.withoutDefaultPort(host[...])
    }

    private static func withoutDefaultPort(_ authority: Substring) -> String {
        for port in [":80", ":443"] where authority.hasSuffix(port) {
            return authority.dropLast(port.count).lowercased()
        }
        return authority.lowercased()
    }
}
