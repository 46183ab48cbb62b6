import Domain
import NIOCore

@testable import Realtime

/// A namespace that notes what it hears and sends it back; `/no` lets nobody in.
struct EchoNamespace: SocketIONamespace {
    let journal: Journal
    var refusal: String?
    /// Work on an event waits for it.
    let gate = Gate()

    func connect(_ socket: SocketIOSocket, auth: JSONObject) async throws(SocketIORefusal) {
        if let refusal { throw SocketIORefusal(message: refusal) }
        journal.note("[connect \(JSONValue.object(auth).text)]")
    }

    func connected(_ socket: SocketIOSocket, auth: JSONObject) async {}

    func received(_ event: SocketIOEvent, from socket: SocketIOSocket) async -> (@Sendable () async -> Void)? {
        journal.note("[\(event.name) \(event.arguments.attachments.count)]")
        let json = ByteBuffer(string: JSONValue.array(event.arguments.values).text)
        switch event.name {
        case "slow": return { [gate] in await gate.wait() }
        case "ack": event.id.map { socket.acknowledge($0, json, attachments: event.arguments.attachments) }
        default: socket.emit(json, attachments: event.arguments.attachments)
        }
        return nil
    }

    func disconnected(_ socket: SocketIOSocket) async { journal.note("[disconnected \(socket.namespace)]") }
}
