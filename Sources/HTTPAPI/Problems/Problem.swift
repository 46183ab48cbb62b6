public import Domain
import HTTPTypes
public import Hummingbird

/// An error as the client hears it: RFC 9457, `application/problem+json`.
///
/// `detail` says what was wrong and what would be right; nothing private is ever put in it.
public struct Problem: Error, Sendable {
    public var status: HTTPResponse.Status
    public var code: Code
    public var detail: String
    public var fields: [FieldError]
    public var retryAfter: Duration?
    public var allowedMethods: [String]
    /// Whether the connection ends soon after the answer: who sends the next request over it, such as a proxy that
    /// keeps connections for others, would lose it.
    var endsConnection = false

    public init(
        _ status: HTTPResponse.Status, _ code: Code, _ detail: String, fields: [FieldError] = [],
        retryAfter: Duration? = nil, allowedMethods: [String] = []
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.fields = fields
        self.retryAfter = retryAfter
        self.allowedMethods = allowedMethods
    }

    var response: Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "/api/docs#problem-\(code.rawValue)")
            writer.member("title", status.reasonPhrase)
            writer.member("status", Int64(status.code))
            writer.member("detail", detail)
            if !fields.isEmpty {
                writer.name("errors")
                writer.array { writer in
                    for field in fields {
                        writer.object { writer in
                            writer.member("field", field.field)
                            writer.member("message", field.message)
                        }
                    }
                }
            }
        }
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if let retryAfter {
            headers[.retryAfter] = "\(max(1, (retryAfter.wholeMilliseconds + 999) / 1_000))"
        }
        if !allowedMethods.isEmpty { headers[.allow] = allowedMethods.joined(separator: ", ") }
        // RFC 9110, section 15.5.22.
        if status == .upgradeRequired { headers[.upgrade] = "websocket" }
        if endsConnection { headers[.connection] = "close" }
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        return Response(status: status, headers: headers, body: ResponseBody(bytes: writer.bytes))
    }
}

extension Problem {
    static func notFound(_ what: String) -> Problem { Problem(.notFound, .notFound, what) }

    static func invalid(_ detail: String, _ fields: [FieldError] = []) -> Problem {
        Problem(.unprocessableContent, .invalid, detail, fields: fields)
    }

    static func invalid(_ fields: [FieldError]) -> Problem {
        let list = fields.map { $0.field.isEmpty ? $0.message : "\($0.field) \($0.message)" }
        return invalid(list.joined(separator: "; "), fields)
    }

    static let loginNeeded = Problem(
        .unauthorized, .loginNeeded, "This needs a login, an access token or an API key.")

    static func forbidden(_ detail: String) -> Problem { Problem(.forbidden, .forbidden, detail) }
}
