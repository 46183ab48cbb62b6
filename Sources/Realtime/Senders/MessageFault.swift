import Domain
import Gateway

/// Why a message of a client is not done, as `error` and `lpr_response` tell it.
struct MessageFault: Error, Sendable {
    /// The stable words of docs/live.md.
    enum Code: String, Sendable {
        case invalid
        case conflict
        case forbidden
        case unknownDevice = "unknown-device"
        case unknownEvent = "unknown-event"
        case tooManyRequests = "too-many-requests"
        /// These four: keep the message and send it again.
        case busy
        case noSpace = "no-space"
        /// Or send it now without its pictures.
        case noPictureSpace = "no-picture-space"
        case failed
    }

    let code: Code
    let message: String
    let fields: [FieldError]
    var retryAfter: Duration?

    init(_ code: Code, _ message: String, _ fields: [FieldError] = [], retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.fields = fields
        self.retryAfter = retryAfter
    }

    init(_ error: IntakeError) {
        let code: Code =
            switch error.kind {
            case .invalid: .invalid
            case .conflict: .conflict
            case .forbidden: .forbidden
            case .unknownDevice: .unknownDevice
            case .noSpace: .noSpace
            case .noPictureSpace: .noPictureSpace
            case .busy: .busy
            case .failed: .failed
            }
        self.init(code, error.reason, error.fields)
    }

    func write(to writer: inout JSONWriter) {
        writer.member("code", code.rawValue)
        writer.member("message", message)
        writer.name("fields")
        writer.array { writer in
            for field in fields {
                writer.object { writer in
                    writer.member("field", field.field)
                    writer.member("message", field.message)
                }
            }
        }
        if let retryAfter { writer.member("retry_after_ms", retryAfter.wholeMilliseconds) }
    }
}
