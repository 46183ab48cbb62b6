import Domain
import NIOCore

/// One client of a Socket.IO server, from the task that reads its messages.
struct SocketIOClient {
    enum Step {
        case goOn
        /// The client broke the protocol.
        case end
        /// Runs beside the next messages.
        case work(@Sendable () async -> Void)
    }

    private let server: SocketIOServer
    private let session: EngineIOSession
    private let deadline: ConnectDeadline
    private var state: SocketIOState
    private var sockets: [String: SocketIOSocket] = [:]
    /// The messages of the packet that is not whole yet.
    private var unfinished: [EngineIOMessage] = []

    init(_ server: SocketIOServer, _ session: EngineIOSession) {
        self.server = server
        self.session = session
        state = SocketIOState(namespaces: Set(server.namespaces.keys))
        deadline = ConnectDeadline(session, after: server.connectTimeout)
        deadline.restart()
    }

    mutating func receive(_ message: EngineIOMessage) async -> Step {
        let receivedAt = ContinuousClock().now
        let meaning =
            switch message.content {
            case .text(let text): state.receive(.text(text))
            case .binary(let bytes): state.receive(.binary(bytes))
            }
        if case .violation = meaning {
            message.done()
            return .end
        }
        if state.isInsidePacket { return keep(message) }
        let whole = unfinished + [message]
        unfinished = []
        let done: @Sendable () -> Void = { for message in whole { message.done() } }
        if case .event(let namespace, let id, let json, let attachments) = meaning {
            return await take(namespace, id, json, attachments, receivedAt, done)
        }
        defer { done() }
        switch meaning {
        case .connect(let namespace, let auth): return await connect(namespace, auth)
        case .unknownNamespace(let name): refuse(name, SocketIORefusal(message: "Invalid namespace"))
        case .disconnect(let namespace): await disconnect(namespace)
        case .event, .acknowledgement, .nothing, .violation: break
        }
        return .goOn
    }

    /// The messages of a packet hold what they have of the room for large messages (invariant 5): packets that are not
    /// whole must not hold all of it, or their rest would find none.
    private mutating func keep(_ message: EngineIOMessage) -> Step {
        guard state.keepsPacket else {
            message.done()
            return .goOn
        }
        unfinished.append(message)
        let byteCount = unfinished.reduce(0) { $0 + $1.byteCount }
        return byteCount <= session.settings.maxPayload ? .goOn : .end
    }

    private func take(
        _ namespace: String, _ id: Int?, _ json: ByteBuffer, _ attachments: [ByteBuffer],
        _ receivedAt: ContinuousClock.Instant, _ done: @escaping @Sendable () -> Void
    ) async -> Step {
        guard let arguments = SocketIOArguments(json: json, attachments: attachments), let name = arguments.name else {
            done()
            return .end
        }
        guard let socket = sockets[namespace], let answerer = server.namespaces[namespace] else {
            done()
            return .goOn
        }
        let event = SocketIOEvent(
            name: name, arguments: arguments, id: id,
            raw: Array(json.readableBytesView.prefix(RejectedMessage.payloadLimit)),
            byteCount: json.readableBytes + attachments.reduce(0) { $0 + $1.readableBytes }, receivedAt: receivedAt)
        guard let work = await answerer.received(event, from: socket) else {
            done()
            return .goOn
        }
        return .work {
            await work()
            done()
        }
    }

    private mutating func connect(_ namespace: String, _ json: ByteBuffer) async -> Step {
        var auth = JSONObject()
        if json.readableBytes > 0 {
            guard let given = json.withUnsafeReadableBytes({ try? JSONParser.parse($0) })?.objectValue else {
                state.refuse(namespace)
                return .end
            }
            auth = given
        }
        guard let answerer = server.namespaces[namespace] else { return .end }
        let socket = SocketIOSocket(id: SessionID.make(), namespace: namespace, session: session)
        do throws(SocketIORefusal) {
            try await answerer.connect(socket, auth: auth)
        } catch {
            state.refuse(namespace)
            refuse(namespace, error)
            return .goOn
        }
        state.allow(namespace)
        sockets[namespace] = socket
        deadline.cancel()
        // The version before has no payload here.
        let answer = session.version == .four ? JSONValue.object(["sid": .string(socket.id)]).text : ""
        socket.send(.connect, ByteBuffer(string: answer), [])
        await answerer.connected(socket, auth: auth)
        return .goOn
    }

    /// A client of Engine.IO 3 is connected to the main namespace without asking.
    mutating func connectOldClient() async {
        guard case .connect(let namespace, let auth) = state.receive(.text(ByteBuffer(string: "0"))) else { return }
        _ = await connect(namespace, auth)
    }

    private func refuse(_ namespace: String, _ refusal: SocketIORefusal) {
        let words = JSONValue.string(refusal.message)
        let json = session.version == .four ? JSONValue.object(["message": words]) : words
        let packet = SocketIOPacket(.connectError, namespace: namespace, json: ByteBuffer(string: json.text))
        session.send([.message(packet.message)])
    }

    private mutating func disconnect(_ namespace: String) async {
        guard let socket = sockets.removeValue(forKey: namespace) else { return }
        await server.namespaces[namespace]?.disconnected(socket)
        if sockets.isEmpty { deadline.restart() }
    }

    /// The session is over.
    mutating func end() async {
        deadline.cancel()
        for message in unfinished { message.done() }
        unfinished = []
        for (namespace, socket) in sockets { await server.namespaces[namespace]?.disconnected(socket) }
        sockets = [:]
    }
}
