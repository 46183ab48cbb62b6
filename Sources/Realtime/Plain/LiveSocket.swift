import Domain
import Gateway
import Identity
import Logging
import NIOCore

/// A connection to `/ws`: JSON text frames `{"event":…,"data":…,"id":…}` both ways. Lives on its event loop.
final class LiveSocket: WebSocketOwner, LiveSink {
    private let server: LiveSocketServer
    private let visitor: Visitor
    private let principal: Principal
    private let since: Int64?
    private let eventLoop: any EventLoop
    private var socket: WebSocketHandler?
    private var link: WebSocketLink?
    private var listener: LiveListener?
    private var watch: WelcomeWatch?
    private var heartbeat: RepeatedTask?
    private var inbox: AsyncStream<LiveSocketMessage>.Continuation?

    init(
        _ server: LiveSocketServer, _ visitor: Visitor, _ principal: Principal, since: Int64?, eventLoop: any EventLoop
    ) {
        self.server = server
        self.visitor = visitor
        self.principal = principal
        self.since = since
        self.eventLoop = eventLoop
    }

    // MARK: WebSocketOwner

    func webSocketOpened(_ socket: WebSocketHandler) {
        self.socket = socket
        let link = WebSocketLink(socket, eventLoop: eventLoop)
        self.link = link
        let (messages, inbox) = AsyncStream.makeStream(of: LiveSocketMessage.self)
        self.inbox = inbox
        watch = WelcomeWatch(visitor, on: eventLoop) {
            link.run { $0.close(.policyViolation, reason: "the credentials are no longer good") }
        }
        beat(link)
        greet(socket)
        let session = LiveSocketSession(
            principal: principal, address: visitor.address, link: link, listener: listener, messages: messages)
        server.opened(session)
    }

    func webSocket(_ socket: WebSocketHandler, received message: WebSocketMessage) {
        guard let link, let inbox else { return socket.finished(heldBytes: message.heldBytes) }
        let held = message.heldBytes
        let text: ByteBuffer? = if case .text(let text) = message.content { text } else { nil }
        inbox.yield(
            LiveSocketMessage(text: text, byteCount: message.byteCount, receivedAt: .now) {
                link.run { $0.finished(heldBytes: held) }
            })
    }

    func webSocketIsWritable(_ socket: WebSocketHandler) { listener?.drain() }

    func webSocketWillStop(_ socket: WebSocketHandler) {
        socket.write(LiveSocketFrame.frame("disconnect", Array("{\"reason\":\"the appliance stops\"}".utf8)))
    }

    func webSocketClosed(_ socket: WebSocketHandler) {
        watch?.cancel()
        heartbeat?.cancel()
        listener?.leave()
        listener = nil
        inbox?.finish()
        self.socket = nil
        server.closed()
    }

    // MARK: LiveSink

    var isReady: Bool { socket?.isWritable ?? false }

    func send(_ items: [LiveItem]) {
        guard let socket else { return }
        for item in items { socket.write(item.plainFrame) }
        socket.flush()
    }

    func sendMissed(count: Int?, since: Int64) {
        let data = LiveAnswers.missed(count: count, since: since).text
        socket?.write(LiveSocketFrame.frame("missed", Array(data.utf8)))
        socket?.flush()
    }

    // MARK: Beginning

    /// Says who and where this is, and from which change on the connection hears everything.
    private func greet(_ socket: WebSocketHandler) {
        guard principal.allows(.viewer) else {
            welcome(socket, sequence: nil)
            return
        }
        listener = LiveListener.join(
            server.hub, sink: self, role: principal.role, since: since, limit: server.settings.queueLimit,
            on: eventLoop, logger: server.logger
        ) { sequence in welcome(socket, sequence: sequence) }
    }

    private func welcome(_ socket: WebSocketHandler, sequence: Int64?) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("session", SessionID.make())
            writer.member("server_time", server.hub.feed.now)
            writer.member("sequence", sequence)
            writer.member("role", principal.role.rawValue)
            writer.member("user", principal.displayName)
            writer.name("site")
            writer.object { writer in
                writer.member("id", server.site.id)
                writer.member("name", server.site.name)
            }
        }
        socket.write(LiveSocketFrame.frame("connect", writer.bytes))
        socket.flush()
    }

    /// Asks the client for a sign of life, and ends the connection without one.
    private func beat(_ link: WebSocketLink) {
        let interval = TimeAmount(server.settings.pingInterval)
        let longest = TimeAmount(server.settings.pingInterval + server.settings.pingTimeout)
        heartbeat = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            link.run { socket in
                guard .now() - socket.lastHeard < longest else {
                    socket.close(.goingAway, reason: "no sign of life")
                    return
                }
                socket.write(WebSocketFrame.ping())
                socket.flush()
            }
        }
    }
}

/// A frame of a client, with what it holds until it is dealt with.
struct LiveSocketMessage: Sendable {
    /// Nil for a binary frame.
    let text: ByteBuffer?
    let byteCount: Int
    let receivedAt: ContinuousClock.Instant
    let done: @Sendable () -> Void
}

enum LiveSocketFrame {
    /// - Parameters:
    ///   - data: JSON.
    ///   - id: JSON, of the frame that this one answers.
    static func frame(_ event: String, _ data: [UInt8], id: JSONValue? = nil) -> ByteBuffer {
        var text = Array("{\"event\":\"\(event)\",\"data\":".utf8)
        text += data
        if let id, !id.isNull { text += Array(",\"id\":\(id.text)".utf8) }
        text.append(UInt8(ascii: "}"))
        return WebSocketFrame.text(text)
    }
}
