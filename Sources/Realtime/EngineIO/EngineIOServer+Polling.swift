public import NIOCore
public import NIOHTTP1
import Synchronization

/// A polling request, whatever HTTP server it came through.
public struct PollingRequest: Sendable {
    public let method: HTTPMethod
    public let query: LiveQuery
    public let caller: Caller
    /// Reads the body, of at most as many bytes; throws what the HTTP server answers.
    public let body: @Sendable (_ limit: Int) async throws -> [UInt8]

    public init(
        method: HTTPMethod, query: LiveQuery, caller: Caller,
        body: @escaping @Sendable (_ limit: Int) async throws -> [UInt8]
    ) {
        self.method = method
        self.query = query
        self.caller = caller
        self.body = body
    }
}

public struct PollingAnswer: Sendable {
    public let status: HTTPResponseStatus
    public let contentType: String
    public let bytes: ByteBuffer
    public var headers: HTTPHeaders = [:]
}

extension EngineIOServer {
    /// Answers a polling request: the handshake, a GET that waits for packets, or a POST that brings some.
    /// - Throws: what `request.body` throws.
    public func answer(_ request: PollingRequest) async throws -> PollingAnswer {
        do {
            return try await packets(request)
        } catch let refusal as EngineIORefusal {
            return PollingAnswer(
                status: refusal.status, contentType: "application/json", bytes: ByteBuffer(bytes: refusal.json),
                headers: refusal.headers)
        }
    }

    private func packets(_ request: PollingRequest) async throws -> PollingAnswer {
        let version = try Self.version(request.query)
        guard request.query["transport"] == "polling" else { throw EngineIORefusal.unknownTransport }
        guard let id = request.query["sid"] else {
            guard request.method == .GET else { throw EngineIORefusal.badMethod }
            return try await handshake(version, request)
        }
        guard let session = session(id), session.version == version else { throw EngineIORefusal.unknownSession }
        switch request.method {
        case .GET:
            let packets = try await session.eventLoop.flatSubmit { session.polled() }.get()
            guard let packets else { throw EngineIORefusal.badRequest }
            return Self.text(EngineIOPayload.encode(packets, version: version))
        case .POST:
            session.onLoop { $0.postBegan() }
            defer { session.onLoop { $0.postEnded() } }
            let body = ByteBuffer(bytes: try await request.body(session.messageLimit.load(ordering: .relaxed)))
            let packets = EngineIOPayload.decode(body, version: version)
            let isTaken = try await session.eventLoop.flatSubmit { session.posted(packets) }.get()
            guard isTaken else { throw EngineIORefusal.badRequest }
            return Self.text(ByteBuffer(string: "ok"))
        default: throw EngineIORefusal.badRequest
        }
    }

    private func handshake(_ version: EngineIOVersion, _ request: PollingRequest) async throws -> PollingAnswer {
        let visitor: Visitor
        do throws(UpgradeRefusal) {
            visitor = try await gate.admit(request.caller, isSocketIO: true)
        } catch {
            throw EngineIORefusal(error)
        }
        let session = try openByPolling(version, visitor)
        return Self.text(EngineIOPayload.encode([session.handshake], version: version))
    }

    private static func text(_ bytes: ByteBuffer) -> PollingAnswer {
        PollingAnswer(status: .ok, contentType: "text/plain; charset=UTF-8", bytes: bytes)
    }
}
