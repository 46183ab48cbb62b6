public import Domain
import HTTPTypes
import Hummingbird
public import Identity
import NIOCore

/// What answers where HTTP ends and live connections begin; a room beside this one.
public protocol LiveDoor: Sendable {
    /// How many connections of a protocol are open; nil for those that are none of its.
    func connectedNow(_ protocol: SourceProtocol) -> Int?
    /// Answers a request to `/socket.io/` that is no WebSocket.
    /// - Throws: what `request.body` throws.
    func answer(_ request: LiveRequest) async throws -> LiveReply
}

/// A request that a live door answers.
public struct LiveRequest: Sendable {
    public let method: String
    /// Behind the question mark.
    public let query: String
    public let address: String
    public let credentials: Credentials
    public let origin: String?
    public let host: String?
    /// Reads the body, of at most as many bytes, within the bounds of this server.
    public let body: @Sendable (_ limit: Int) async throws -> [UInt8]
}

public struct LiveReply: Sendable {
    public let status: Int
    public let headers: [(name: String, value: String)]
    public let bytes: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)], bytes: [UInt8]) {
        self.status = status
        self.headers = headers
        self.bytes = bytes
    }
}

/// The paths of the live connections, for requests that ask for no WebSocket.
struct LivePaths {
    private static let polling: Set<String> = ["/socket.io/", "/socket.io"]
    private static let socket = "/ws"

    let services: APIServices

    /// - Returns: nil for other paths.
    func response(to request: Request, _ context: APIContext) async throws -> Response? {
        let path = request.uri.path
        if path == Self.socket {
            throw Problem(.upgradeRequired, .badRequest, "This is a WebSocket; docs/live.md says what goes over it.")
        }
        guard let live = services.live, Self.polling.contains(path) else { return nil }
        guard request.method != .options else {
            return Response(status: .noContent, headers: [.allow: "GET, POST, OPTIONS"])
        }
        let reply = try await live.answer(
            LiveRequest(
                method: request.method.rawValue, query: request.uri.query ?? "", address: context.address,
                credentials: request.credentials(isTLS: context.client.isTLS), origin: request.headers[.origin],
                host: request.head.authority,
                body: { limit in
                    try await BodyReader(limit: limit, patience: BodyReader.eventPatience).read(request, context)
                }))
        var response = Response(
            status: HTTPResponse.Status(code: reply.status), headers: [.cacheControl: "no-store"],
            body: ResponseBody(bytes: reply.bytes))
        for (name, value) in reply.headers {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        return response
    }
}
