import ArgumentParser
import AsyncHTTPClient
import Domain
import NIOCore
import NIOHTTP1

/// Talks to the appliance that runs on this box, over the socket in its data directory.
///
/// Commands never open the database themselves (invariant 2).
struct AdminClient {
    let socketPath: String
    /// What to say when nobody answers, see `AdminReach`.
    private let reach: AdminReach

    init(_ configuration: ApplianceConfiguration) {
        socketPath = DataDirectory(path: configuration.dataDirectory).adminSocket
        reach = AdminReach(configuration)
    }

    /// Sends one request and gives the answer's object.
    /// - Throws: `ExitCode` after it has told the person what went wrong.
    func send(_ method: Method, _ path: String, _ body: JSONObject? = nil) async throws -> JSONObject {
        var request = self.request(path)
        request.method = .RAW(value: method.rawValue)
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: JSONValue.object(body).text))
        }
        let response: HTTPClientResponse
        let content: ByteBuffer
        do {
            (response, content) = try await Self.execute(request)
        } catch {
            Console.error(reach.refusal ?? AdminReach.nobody(at: socketPath, error))
            throw ExitCode(ExitStatus.unavailable)
        }
        let object = (try? JSONParser.parse(Array(content.readableBytesView)))?.objectValue ?? JSONObject()
        guard (200..<300).contains(response.status.code) else {
            Console.error(object["detail"]?.stringValue ?? "the appliance answered \(response.status)")
            throw ExitCode(ExitStatus.usage)
        }
        return object
    }

    /// - Parameter path: below `/admin`.
    func request(_ path: String) -> HTTPClientRequest {
        HTTPClientRequest(url: "http+unix://\(socketPath.percentEncoded)/admin\(path)")
    }

    /// - Parameter limit: until the answer begins.
    static func execute(
        _ request: HTTPClientRequest, limit: TimeAmount = .seconds(120)
    ) async throws -> (HTTPClientResponse, ByteBuffer) {
        var configuration = HTTPClient.Configuration()
        // A socket on this box answers at once or not at all.
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(request, timeout: limit)
            return (response, try await response.body.collect(upTo: 8 << 20))
        }
    }

    enum Method: String {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }
}

extension String {
    /// As one part of an address, such as the path of a socket as the host of an `http+unix` one: everything but letters
    /// and digits is escaped.
    var percentEncoded: String {
        utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                String(Unicode.Scalar(byte))
            default:
                "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
