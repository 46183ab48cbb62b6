package import Domain
package import NIOCore

/// What answers at one namespace of a Socket.IO server.
package protocol SocketIONamespace: Sendable {
    /// Decides whether a client may connect.
    /// - Parameter auth: the payload of its CONNECT packet.
    /// - Throws: `SocketIORefusal`.
    func connect(_ socket: SocketIOSocket, auth: JSONObject) async throws(SocketIORefusal)
    /// The client has been told that it is connected.
    func connected(_ socket: SocketIOSocket, auth: JSONObject) async
    /// An event, in the order in which they came.
    /// - Returns: what takes longer and goes on beside the next events; nil when all is done.
    func received(_ event: SocketIOEvent, from socket: SocketIOSocket) async -> (@Sendable () async -> Void)?
    func disconnected(_ socket: SocketIOSocket) async
}

/// Why a client may not connect, in words for its `connect_error`.
package struct SocketIORefusal: Error, Sendable {
    let message: String
}

/// An event of a client.
package struct SocketIOEvent: Sendable {
    package let name: String
    /// With the name in front.
    package let arguments: SocketIOArguments
    /// The number of the acknowledgement that the client asks for.
    package let id: Int?
    /// The beginning of the event as it came, kept when it is not accepted.
    let raw: [UInt8]
    /// The size of the event as it came.
    let byteCount: Int
    let receivedAt: ContinuousClock.Instant

    /// The first argument behind the name; null when there is none.
    var payload: JSONValue { arguments.values.count > 1 ? arguments.values[1] : .null }
}

/// A client at one namespace.
package struct SocketIOSocket: Sendable {
    /// Its own name at this namespace, told to the client.
    let id: String
    let namespace: String
    let session: EngineIOSession

    /// Sends an event. `json` is an array with the name in front.
    package func emit(_ json: ByteBuffer, attachments: [ByteBuffer] = []) {
        send(attachments.isEmpty ? .event : .binaryEvent, id: nil, json, attachments)
    }

    package func emit(_ name: String, _ payload: JSONValue) {
        emit(ByteBuffer(string: JSONValue.array([.string(name), payload]).text))
    }

    /// Answers an event that asked for it. `json` is an array.
    package func acknowledge(_ id: Int, _ json: ByteBuffer, attachments: [ByteBuffer] = []) {
        send(attachments.isEmpty ? .acknowledgement : .binaryAcknowledgement, id: id, json, attachments)
    }

    func send(_ kind: SocketIOPacket.Kind, id: Int? = nil, _ json: ByteBuffer, _ attachments: [ByteBuffer] = []) {
        var packet = SocketIOPacket(kind, namespace: namespace, id: id, json: json)
        packet.attachmentCount = attachments.count
        session.send([.message(packet.message)] + attachments.map { .binary($0) })
    }
}
