import Domain
import Identity
import Logging
import NIOCore
import Synchronization

/// The main namespace of the appliance's Socket.IO server: cameras send, dashboards listen.
struct LiveNamespace: SocketIONamespace {
    let gate: ApplianceGate
    let hub: LiveHub
    let desk: SenderDesk
    let settings: LiveSettings
    let logger: Logger
    private let members = SocketIOMembers()

    init(gate: ApplianceGate, hub: LiveHub, desk: SenderDesk, settings: LiveSettings, logger: Logger) {
        self.gate = gate
        self.hub = hub
        self.desk = desk
        self.settings = settings
        self.logger = logger
    }

    func connect(_ socket: SocketIOSocket, auth: JSONObject) async throws(SocketIORefusal) {
        let visitor = try await visitor(socket, auth)
        guard let principal = visitor.principal else {
            throw SocketIORefusal(message: "This needs a login, an access token or an API key.")
        }
        socket.session.welcome()
        members.add(socket.id, SocketIOMember(principal: principal, watch: WelcomeWatch(visitor, socket.session)))
    }

    /// Credentials of the payload count before those of the handshake: a client that shows a key wants to be that key.
    private func visitor(_ socket: SocketIOSocket, _ auth: JSONObject) async throws(SocketIORefusal) -> Visitor {
        var credentials = Credentials()
        if let token = auth["token"]?.stringValue, !token.isEmpty { credentials.authorization = "Bearer \(token)" }
        if let key = auth["api_key"]?.stringValue, !key.isEmpty { credentials.apiKey = key }
        do throws(UpgradeRefusal) {
            return try await gate.visitor(credentials, socket.session.visitor.address) ?? socket.session.visitor
        } catch {
            throw SocketIORefusal(message: error.detail)
        }
    }

    func connected(_ socket: SocketIOSocket, auth: JSONObject) async {
        guard let member = members[socket.id], member.principal.allows(.viewer) else { return }
        let since = auth["since"]?.integerValue
        let session = socket.session
        // What the outbox lets go at once has to fit into what may wait for the next GET.
        let limit = min(settings.queueLimit, EngineIOState.waitingLimit / 2)
        let listener = try? await session.eventLoop.submit { () -> LiveListener in
            let sink = SocketIOSink(session)
            let listener = LiveListener.join(
                hub, sink: sink, role: member.principal.role, since: since, limit: limit,
                on: session.eventLoop, logger: logger)
            // The session keeps both; the listener lets go of them when it leaves.
            session.whenReady = {
                _ = sink
                listener.drain()
            }
            return listener
        }.get()
        members.update(socket.id) { $0.listener = listener }
    }

    func received(_ event: SocketIOEvent, from socket: SocketIOSocket) async -> (@Sendable () async -> Void)? {
        guard let member = members[socket.id] else { return nil }
        switch event.name {
        case "ping":
            answer(event, socket, SenderDesk.Answer(event: "pong", data: Array(event.payload.objectText.utf8)))
            return nil
        case "subscribe":
            await subscribe(event, socket, member)
            return nil
        case let name where SenderDesk.knows(name):
            let message = SenderDesk.Message(
                event: name, payload: event.payload, principal: member.principal,
                address: socket.session.visitor.address, protocol: .socketIO, receivedAt: event.receivedAt,
                byteCount: event.byteCount, raw: event.raw)
            return { [desk] in answer(event, socket, await desk.handle(message)) }
        default:
            let fault = MessageFault(.unknownEvent, "There is no event \(event.name.prefix(60)).")
            answer(event, socket, SenderDesk.answer(to: event.name, fault))
            return nil
        }
    }

    private func subscribe(_ event: SocketIOEvent, _ socket: SocketIOSocket, _ member: SocketIOMember) async {
        do throws(MessageFault) {
            guard let listener = member.listener else {
                throw MessageFault(.forbidden, "Devices hear answers to what they send, nothing else.")
            }
            let (events, sequence) = await listener.subscribe(try LiveSubscription(event.payload))
            answer(event, socket, LiveAnswers.subscribed(events, sequence))
        } catch {
            answer(event, socket, SenderDesk.answer(to: event.name, error))
        }
    }

    /// As an event, and as the acknowledgement if one was asked for.
    private func answer(_ event: SocketIOEvent, _ socket: SocketIOSocket, _ answer: SenderDesk.Answer) {
        if let id = event.id {
            socket.acknowledge(id, ByteBuffer(bytes: [UInt8(ascii: "[")] + answer.data + [UInt8(ascii: "]")]))
        }
        socket.emit(ByteBuffer(bytes: Array("[\"\(answer.event)\",".utf8) + answer.data + [UInt8(ascii: "]")]))
    }

    func disconnected(_ socket: SocketIOSocket) async {
        guard let member = members.remove(socket.id) else { return }
        member.watch.cancel()
        guard let listener = member.listener else { return }
        socket.session.onLoop { session in
            session.whenReady = nil
            listener.leave()
        }
    }
}

/// Who is connected at the namespace.
struct SocketIOMember: Sendable {
    let principal: Principal
    let watch: WelcomeWatch
    var listener: LiveListener?
}

private final class SocketIOMembers: Sendable {
    private let members = Mutex<[String: SocketIOMember]>([:])

    subscript(id: String) -> SocketIOMember? { members.withLock { $0[id] } }

    func add(_ id: String, _ member: SocketIOMember) { members.withLock { $0[id] = member } }

    func update(_ id: String, _ change: (inout SocketIOMember) -> Void) {
        members.withLock { members in
            guard var member = members[id] else { return }
            change(&member)
            members[id] = member
        }
    }

    func remove(_ id: String) -> SocketIOMember? { members.withLock { $0.removeValue(forKey: id) } }
}
