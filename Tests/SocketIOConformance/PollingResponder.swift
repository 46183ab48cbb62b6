import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import NIOHTTP1
import Realtime

/// Hands polling requests to the server of their path.
struct PollingResponder: HTTPResponder {
    let doors: Doors

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        guard let server = doors.servers[request.uri.path] else { return Response(status: .notFound) }
        let answer = try await server.answer(
            PollingRequest(
                method: NIOHTTP1.HTTPMethod(rawValue: request.method.rawValue),
                query: LiveQuery(request.uri.query ?? ""),
                caller: Caller(address: "", credentials: Credentials(), ticket: nil, origin: nil, host: nil),
                body: { Array(buffer: try await request.body.collect(upTo: $0)) }))
        return Response(
            status: HTTPResponse.Status(code: Int(answer.status.code)),
            headers: [.contentType: answer.contentType], body: ResponseBody(byteBuffer: answer.bytes))
    }
}
