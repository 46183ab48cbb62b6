import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// JSON answers: compressed where it pays, with a strong ETag where a client may ask again.
enum Reply {
    /// Bodies above this many bytes are compressed.
    static let compressionThreshold = 1_024

    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok, to request: Request) -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        guard bytes.count > compressionThreshold, request.acceptsGzip, let compressed = Gzip.compress(bytes) else {
            return Response(status: status, headers: headers, body: ResponseBody(bytes: bytes))
        }
        headers[.contentEncoding] = "gzip"
        headers[.vary] = "Accept-Encoding"
        return Response(status: status, headers: headers, body: ResponseBody(bytes: compressed))
    }

    static func json(
        status: HTTPResponse.Status = .ok, to request: Request, _ body: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter()
        writer.object(body)
        return json(writer.bytes, status: status, to: request)
    }

    /// As `json`, but a client that shows the tag it has is told that nothing changed.
    static func taggedJSON(_ bytes: [UInt8], to request: Request) -> Response {
        let tag = EntityTag(of: bytes)
        if tag.isNamed(by: request) { return tag.notModified(cacheControl: "private, no-cache") }
        var response = json(bytes, to: request)
        response.headers[.eTag] = tag.text
        response.headers[.cacheControl] = "private, no-cache"
        return response
    }

    static func empty(_ status: HTTPResponse.Status = .noContent) -> Response { Response(status: status) }
}

extension Request {
    var acceptsGzip: Bool {
        guard let accepted = headers[.acceptEncoding] else { return false }
        return accepted.split(separator: ",").contains { coding in
            let parts = coding.split(separator: ";")
            let name = parts.first.map { $0.trimmingSpaces } ?? ""
            let isRefused = parts.dropFirst().contains {
                ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0.trimmingSpaces)
            }
            return (name == "gzip" || name == "*") && !isRefused
        }
    }
}

extension Substring {
    /// Without leading and trailing spaces and tabs.
    var trimmingSpaces: Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
