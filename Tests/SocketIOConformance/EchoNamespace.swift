import Domain
import NIOCore
import Realtime

/// Sends back what it gets: `message` as `message-back`, `message-with-ack` as its acknowledgement.
struct EchoNamespace: SocketIONamespace {
    func connect(_ socket: SocketIOSocket, auth: JSONObject) async throws(SocketIORefusal) {}

    func connected(_ socket: SocketIOSocket, auth: JSONObject) async {
        // The suites wait for one message after the other; some of their WebSocket clients lose the second of two that
        // come in one piece.
        try? await Task.sleep(for: .milliseconds(5))
        socket.emit("auth", .object(auth))
    }

    func received(_ event: SocketIOEvent, from socket: SocketIOSocket) async -> (@Sendable () async -> Void)? {
        let arguments = Array(event.arguments.values.dropFirst())
        switch event.name {
        case "message":
            let json = JSONValue.array(["message-back"] + arguments).text
            socket.emit(ByteBuffer(string: json), attachments: event.arguments.attachments)
        case "message-with-ack":
            guard let id = event.id else { return nil }
            let json = JSONValue.array(arguments).text
            socket.acknowledge(id, ByteBuffer(string: json), attachments: event.arguments.attachments)
        default: break
        }
        return nil
    }

    func disconnected(_ socket: SocketIOSocket) async {}
}
