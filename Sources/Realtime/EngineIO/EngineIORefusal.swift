import Domain
import NIOHTTP1

/// Why a request to an Engine.IO path is refused, with the numbers that its clients know.
struct EngineIORefusal: Error, Sendable {
    let status: HTTPResponseStatus
    let number: Int
    let message: String
    var headers: HTTPHeaders = [:]

    static let unknownTransport = EngineIORefusal(status: .badRequest, number: 0, message: "Transport unknown")
    static let unknownSession = EngineIORefusal(status: .badRequest, number: 1, message: "Session ID unknown")
    static let badMethod = EngineIORefusal(status: .badRequest, number: 2, message: "Bad handshake method")
    static let badRequest = EngineIORefusal(status: .badRequest, number: 3, message: "Bad request")
    static let otherVersion = EngineIORefusal(status: .badRequest, number: 5, message: "Unsupported protocol version")

    init(status: HTTPResponseStatus, number: Int, message: String) {
        self.status = status
        self.number = number
        self.message = message
    }

    /// Who may not connect at all: `Forbidden` in the clients' words.
    init(_ refusal: UpgradeRefusal) {
        self.init(status: refusal.status, number: 4, message: refusal.detail)
        headers = refusal.headers
    }

    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("code", Int64(number))
            writer.member("message", message)
        }
        return writer.bytes
    }
}
