import Domain
import NIOCore
import Synchronization

/// One session of Engine.IO with its transports: what `EngineIOState` decides is done here.
///
/// Unchecked, because all of its variables are touched on `eventLoop` only; what is let is safe anywhere. The WebSocket
/// of a session may live on another event loop and is reached by its link.
package final class EngineIOSession: @unchecked Sendable {
    let id: String
    let version: EngineIOVersion
    let eventLoop: any EventLoop
    let settings: LiveSettings
    /// Who opened it.
    let visitor: Visitor
    /// Bytes of one message or POST at present.
    let messageLimit: Atomic<Int>
    /// What the client sends, in order; ends with the session.
    package let messages: AsyncStream<EngineIOMessage>

    let inbox: AsyncStream<EngineIOMessage>.Continuation
    var state: EngineIOState
    /// The GET that waits.
    var poll: EventLoopPromise<[EngineIOPacket]?>?
    var socket: WebSocketLink?
    var probe: WebSocketLink?
    /// What waits for the first packet of a session that began as a WebSocket, which has to go before it; nil once
    /// that one is sent.
    private var unsent: [EngineIOPacket]?
    /// The client's connection takes no more at the moment.
    var isBlocked = false
    var heartbeat: Scheduled<Void>?
    /// When bytes last came that were no packet yet: a large picture on a slow line is a sign of life too.
    var lastProgress = NIODeadline.distantPast
    var postsUnderWay = 0
    /// Messages of POSTs that nobody has dealt with yet.
    var undelivered = 0
    var undeliveredBytes = 0
    /// POSTs that are answered once all messages are dealt with.
    var waitingPosts: [Int: EventLoopPromise<Void>] = [:]
    var postCount = 0
    /// Told when live frames can be sent again.
    var whenReady: (() -> Void)?
    private let whenEnded: @Sendable (EngineIOSession, EngineIOEnd) -> Void

    init(
        id: String, version: EngineIOVersion, visitor: Visitor, eventLoop: any EventLoop, settings: LiveSettings,
        socket: WebSocketLink?, whenEnded: @escaping @Sendable (EngineIOSession, EngineIOEnd) -> Void
    ) {
        self.id = id
        self.version = version
        self.visitor = visitor
        self.eventLoop = eventLoop
        self.settings = settings
        self.socket = socket
        self.whenEnded = whenEnded
        messageLimit = Atomic(visitor.maySendMuch ? settings.maxPayload : settings.maxPayloadOfStrangers)
        (messages, inbox) = AsyncStream.makeStream()
        state = EngineIOState(version: version, isWebSocket: socket != nil)
    }

    /// The first packet: what the client has to know.
    var handshake: EngineIOPacket {
        let upgrades = socket == nil ? "[\"websocket\"]" : "[]"
        let text = """
            {"sid":"\(id)","upgrades":\(upgrades),"pingInterval":\(settings.pingInterval.wholeMilliseconds),\
            "pingTimeout":\(settings.pingTimeout.wholeMilliseconds),"maxPayload":\(settings.maxPayload)}
            """
        return .open(ByteBuffer(string: text))
    }

    // MARK: From anywhere

    /// The client has shown who it is: it may send large messages from now on.
    func welcome() {
        let limit = settings.maxPayload
        messageLimit.store(limit, ordering: .relaxed)
        onLoop { session in
            session.socket?.run { $0.messageLimit = limit }
            session.probe?.run { $0.messageLimit = limit }
        }
    }

    package func send(_ packets: [EngineIOPacket]) {
        onLoop { session in session.perform(session.state.send(packets)) }
    }

    func close() {
        onLoop { session in session.perform(session.state.close()) }
    }

    /// Runs `body` on the session's event loop, at once when this is it.
    func onLoop(_ body: @escaping @Sendable (EngineIOSession) -> Void) {
        if eventLoop.inEventLoop { body(self) } else { eventLoop.execute { body(self) } }
    }

    // MARK: On the event loop

    /// The appliance stops: the transports end, so that the client comes back when it can.
    func stop() {
        if let socket { socket.run { $0.stop() } } else { perform(state.stop()) }
        probe?.run { $0.stop() }
    }

    func begin() {
        perform([state.firstHeartbeat])
        guard socket != nil else { return }
        // Some clients lose what comes in one piece with the answer to their upgrade: they look for messages only once
        // they have seen that they are connected.
        unsent = []
        isBlocked = true
        eventLoop.scheduleTask(in: .milliseconds(2)) { [weak self] in
            guard let self, let held = unsent else { return }
            unsent = nil
            isBlocked = false
            perform(state.send([handshake] + held))
            if isReady { whenReady?() }
        }
    }

    /// Whether the first packet has still to go.
    var isOpening: Bool { unsent != nil }

    /// Whether live frames would reach the client at once.
    var isReady: Bool { (state.isWebSocket && !isBlocked) || state.isPollWaiting }

    /// - Parameter done: of the WebSocket's message that led to these actions; nil for those of a POST.
    func perform(_ actions: [EngineIOState.Action], done: (@Sendable () -> Void)? = nil) {
        var done = done
        var hasMoved = false
        for action in actions {
            switch action {
            case .answerPoll(let packets):
                poll?.succeed(packets)
                poll = nil
            case .releasePollSoon:
                eventLoop.scheduleTask(in: .milliseconds(20)) { [weak self] in
                    guard let self else { return }
                    perform(state.releasePoll())
                }
            case .send(let packet): if unsent == nil { write(packet, to: socket) } else { unsent?.append(packet) }
            case .sendToProbe(let packet): write(packet, to: probe)
            case .promoteProbe:
                socket = probe
                probe = nil
                hasMoved = true
            case .closeProbe:
                probe?.run { $0.close(.normal) }
                probe = nil
                hasMoved = true
            case .deliver(let packet):
                deliver(packet, done: done)
                done = nil
            case .restartHeartbeat(let next): restart(next)
            case .end(let reason): end(reason)
            }
        }
        done?()
        // What was kept while the session was probed can go now, by the one transport or the other.
        if hasMoved, isReady { whenReady?() }
    }

    private func write(_ packet: EngineIOPacket, to link: WebSocketLink?) {
        let frame = packet.frame(version: version)
        link?.run { socket in
            socket.write(frame)
            socket.flush()
        }
    }

    private func deliver(_ packet: EngineIOPacket, done: (@Sendable () -> Void)?) {
        guard let done else {
            let byteCount = packet.byteCount
            undelivered += 1
            undeliveredBytes += byteCount
            let message = EngineIOMessage(packet) { [weak self] in
                self?.onLoop { $0.postMessageIsDone(byteCount) }
            }
            if let message { inbox.yield(message) }
            return
        }
        if let message = EngineIOMessage(packet, done: done) { inbox.yield(message) } else { done() }
    }

    private func restart(_ next: EngineIOState.Heartbeat) {
        heartbeat?.cancel()
        let delay: Duration
        switch next {
        case .pingAfterInterval:
            heartbeat = eventLoop.scheduleTask(in: TimeAmount(settings.pingInterval)) { [weak self] in
                guard let self else { return }
                perform(state.pingIsDue())
            }
            return
        case .endAfterTimeout: delay = settings.pingTimeout
        case .endAfterIntervalAndTimeout: delay = settings.pingInterval + settings.pingTimeout
        }
        heartbeat = eventLoop.scheduleTask(in: TimeAmount(delay)) { [weak self] in
            guard let self else { return }
            guard postsUnderWay == 0, .now() - lastProgress > TimeAmount(settings.pingTimeout) else {
                restart(next)
                return
            }
            perform(state.deadlinePassed())
        }
    }

    private func end(_ reason: EngineIOEnd) {
        heartbeat?.cancel()
        inbox.finish()
        for post in waitingPosts.values { post.succeed() }
        waitingPosts = [:]
        whenReady = nil
        let code: WebSocketCloseCode = reason == .violation ? .protocolError : .normal
        socket?.run { $0.close(code) }
        socket = nil
        whenEnded(self, reason)
    }
}
