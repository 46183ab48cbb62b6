import NIOCore

/// One session of Engine.IO as a pure state machine: what comes in goes to a method, what has to be done comes out.
///
///                          ┌──────── probe fails or closes ────────┐
///                          ▼                                       │
///     handshake ──▶ polling ── second transport sends 2probe ──▶ probed ── 5 ──▶ webSocket
///                          │                                       │               │
///     handshake over WebSocket ────────────────────────────────────┼──────────────▶│
///                          └──── 1, close, timeout, bad packet ────┴───────────────┴──▶ closed
///
/// While a session is probed, nothing leaves by polling but a noop, so that no message can overtake another. A GET that
/// waits then is kept a moment: the client that has sent `5` already hears 400, as after the upgrade, whichever of its
/// two connections is read first.
struct EngineIOState {
    enum Action: Equatable {
        /// Answers the GET that waits; nil is 400.
        case answerPoll([EngineIOPacket]?)
        /// Calls `releasePoll` in a moment.
        case releasePollSoon
        /// Sends over the WebSocket of the session.
        case send(EngineIOPacket)
        /// Sends over the WebSocket that wants to take over.
        case sendToProbe(EngineIOPacket)
        /// Makes the WebSocket that wanted to take over the one of the session.
        case promoteProbe
        case closeProbe
        /// Hands a message up.
        case deliver(EngineIOPacket)
        /// The client is asked for a sign of life after the interval, or has to give one within the time-out.
        case restartHeartbeat(Heartbeat)
        /// The session is over; the WebSocket, if there is one, is to be closed.
        case end(EngineIOEnd)
    }

    enum Heartbeat: Equatable {
        case pingAfterInterval
        case endAfterTimeout
        /// Version 3: the client pings by itself.
        case endAfterIntervalAndTimeout
    }

    enum Poll: Equatable {
        case answer([EngineIOPacket])
        case wait
        /// The session does not take this request; 400.
        case refuse
    }

    private enum Phase: Equatable {
        case polling(isWaiting: Bool)
        case probed(isWaiting: Bool)
        case webSocket
        case closed
    }

    /// Packets that may wait for a client that does not fetch them (invariant 5).
    static let waitingLimit = 1_024
    /// Packets of one polling answer: python-engineio, which the cameras in the field use, takes a payload with more for
    /// an attack and ends the session.
    static let payloadLimit = 16

    let version: EngineIOVersion
    private var phase: Phase
    /// What waits for the next GET.
    private var waiting: [EngineIOPacket] = []
    /// The client has closed the session while its GET was still on the way: that one is answered in peace.
    private var owesFarewell = false

    init(version: EngineIOVersion, isWebSocket: Bool) {
        self.version = version
        phase = isWebSocket ? .webSocket : .polling(isWaiting: false)
    }

    var isClosed: Bool { phase == .closed }
    var isWebSocket: Bool { phase == .webSocket }
    /// Whether a GET would take packets at once.
    var isPollWaiting: Bool { phase == .polling(isWaiting: true) }
    /// Whether a second transport may come.
    var isUpgradable: Bool { if case .polling = phase { true } else { false } }

    /// When the session has begun.
    var firstHeartbeat: Action {
        .restartHeartbeat(version == .four ? .pingAfterInterval : .endAfterIntervalAndTimeout)
    }

    // MARK: Polling

    /// A GET came.
    mutating func poll() -> (Poll, [Action]) {
        switch phase {
        case .closed where owesFarewell:
            owesFarewell = false
            return (.answer([.noop]), [])
        case .closed, .webSocket: return (.refuse, [])
        case .polling(isWaiting: true), .probed(isWaiting: true):
            // Two at once: no order would be left; the protocol has both end.
            return (.refuse, end(.violation, lastPacket: .close))
        case .probed(isWaiting: false):
            phase = .probed(isWaiting: true)
            return (.wait, [.releasePollSoon])
        case .polling(isWaiting: false):
            guard waiting.isEmpty else { return (.answer(takePayload()), []) }
            phase = .polling(isWaiting: true)
            return (.wait, [])
        }
    }

    /// A POST came.
    /// - Parameter packets: nil when its body was no payload.
    /// - Returns: whether it is taken; 400 otherwise.
    mutating func post(_ packets: [EngineIOPacket]?) -> (Bool, [Action]) {
        switch phase {
        case .closed, .webSocket: return (false, [])
        case .polling, .probed:
            guard let packets else { return (false, end(.violation, lastPacket: .close)) }
            var actions: [Action] = []
            for packet in packets where !isClosed {
                guard let more = receive(packet) else {
                    return (false, actions + end(.violation, lastPacket: .close))
                }
                actions += more
            }
            return (true, actions)
        }
    }

    // MARK: WebSocket

    /// A packet came over the WebSocket of the session; nil when a frame held none.
    mutating func webSocketReceived(_ packet: EngineIOPacket?) -> [Action] {
        guard phase == .webSocket else { return [] }
        guard let packet, let actions = receive(packet) else { return end(.violation, lastPacket: nil) }
        return actions
    }

    mutating func webSocketClosed() -> [Action] {
        phase == .webSocket ? end(.transportClosed, lastPacket: nil) : []
    }

    /// A packet came over the WebSocket that wants to take over.
    mutating func probeReceived(_ packet: EngineIOPacket?) -> [Action] {
        switch (phase, packet) {
        case (.polling(let isWaiting), .ping(EngineIOPacket.probe)?):
            phase = .probed(isWaiting: isWaiting)
            let actions: [Action] = [.sendToProbe(.pong(EngineIOPacket.probe))]
            return isWaiting ? actions + [.releasePollSoon] : actions
        case (.probed(let isWaiting), .upgrade?):
            phase = .webSocket
            let actions: [Action] = isWaiting ? [.answerPoll(nil), .promoteProbe] : [.promoteProbe]
            return actions + takeWaiting().map { .send($0) }
        default: return [.closeProbe] + probeClosed()
        }
    }

    /// The WebSocket that wanted to take over is gone; polling goes on.
    mutating func probeClosed() -> [Action] {
        guard case .probed(let isWaiting) = phase else { return [] }
        guard isWaiting, !waiting.isEmpty else {
            phase = .polling(isWaiting: isWaiting)
            return []
        }
        phase = .polling(isWaiting: false)
        return [.answerPoll(takePayload())]
    }

    /// The moment is over for which a GET was kept while the session is probed.
    mutating func releasePoll() -> [Action] {
        guard phase == .probed(isWaiting: true) else { return [] }
        phase = .probed(isWaiting: false)
        return [.answerPoll([.noop])]
    }

    // MARK: Both

    /// Sends packets to the client, or keeps them until it asks.
    mutating func send(_ packets: [EngineIOPacket]) -> [Action] {
        switch phase {
        case .closed: return []
        case .webSocket: return packets.map { .send($0) }
        case .polling(isWaiting: true):
            guard packets.count <= Self.waitingLimit else { return end(.tooSlow, lastPacket: nil) }
            phase = .polling(isWaiting: false)
            waiting += packets
            return [.answerPoll(takePayload())]
        case .polling, .probed:
            guard waiting.count + packets.count <= Self.waitingLimit else { return end(.tooSlow, lastPacket: nil) }
            waiting += packets
            return []
        }
    }

    /// The interval since the last sign of life is over.
    mutating func pingIsDue() -> [Action] {
        guard !isClosed else { return [] }
        return send([.ping]) + (isClosed ? [] : [.restartHeartbeat(.endAfterTimeout)])
    }

    mutating func deadlinePassed() -> [Action] {
        isClosed ? [] : end(.pingTimeout, lastPacket: .close)
    }

    /// The server ends the session.
    mutating func close() -> [Action] {
        isClosed ? [] : end(.closedByServer, lastPacket: .close)
    }

    /// The server stops. Nothing is said in the protocol's own words: clients take a close packet for the wish that they
    /// stay away, and these shall come back.
    mutating func stop() -> [Action] {
        guard !isClosed else { return [] }
        let isWaiting = phase == .polling(isWaiting: true) || phase == .probed(isWaiting: true)
        phase = .closed
        waiting = []
        return (isWaiting ? [.answerPoll(nil)] : []) + [.closeProbe, .end(.serverStops)]
    }

    /// - Returns: nil when a client may not send such a packet.
    private mutating func receive(_ packet: EngineIOPacket) -> [Action]? {
        switch packet {
        case .message, .binary: return [.deliver(packet)]
        case .close: return end(.closedByClient, lastPacket: .noop)
        case .pong where version == .four: return [.restartHeartbeat(.pingAfterInterval)]
        case .ping(let payload) where version == .three:
            return send([.pong(payload)]) + (isClosed ? [] : [.restartHeartbeat(.endAfterIntervalAndTimeout)])
        case .noop: return []
        case .open, .ping, .pong, .upgrade: return nil
        }
    }

    private mutating func takeWaiting() -> [EngineIOPacket] {
        defer { waiting = [] }
        return waiting
    }

    /// What the next polling answer may hold.
    private mutating func takePayload() -> [EngineIOPacket] {
        defer { waiting.removeFirst(min(waiting.count, Self.payloadLimit)) }
        return Array(waiting.prefix(Self.payloadLimit))
    }

    /// - Parameter lastPacket: what a GET that waits is answered with.
    private mutating func end(_ reason: EngineIOEnd, lastPacket: EngineIOPacket?) -> [Action] {
        let before = phase
        phase = .closed
        waiting = []
        switch before {
        case .closed: return []
        case .polling(isWaiting: true), .probed(isWaiting: true):
            return [.answerPoll([lastPacket ?? .close]), .closeProbe, .end(reason)]
        case .polling, .probed:
            owesFarewell = reason == .closedByClient
            return [.closeProbe, .end(reason)]
        case .webSocket: return reason == .closedByServer ? [.send(.close), .end(reason)] : [.end(reason)]
        }
    }
}

/// Why a session is over.
enum EngineIOEnd: String, Sendable {
    case closedByClient = "the client closed it"
    case closedByServer = "the server closed it"
    case serverStops = "the server stops"
    case transportClosed = "the connection broke"
    case pingTimeout = "no sign of life"
    case violation = "the client broke the protocol"
    case tooSlow = "the client does not fetch what waits for it"
}
