import Domain
import HTTPTypes
import Hummingbird

/// One method of one path, with who may call it and what the OpenAPI document says of it.
struct Route: Sendable {
    /// Who may call it.
    enum Access: Sendable, Hashable {
        case anyone
        /// Anybody who has logged in, whatever the role; devices too.
        case identified
        case role(Role)
        /// Devices, operators and trusted networks: whoever may send events.
        case sender
        /// Viewers and above, who get the whole answer; and senders, who get to know that there is one.
        case viewerOrSender
    }

    let method: HTTPRequest.Method
    /// `/api/lpr/events/{event_id}`
    let path: String
    let access: Access
    let operation: Operation
    let handle: @Sendable (Request, APIContext) async throws -> Response

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, _ operation: Operation,
        _ handle: @escaping @Sendable (Request, APIContext) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.operation = operation
        self.handle = handle
    }
}
