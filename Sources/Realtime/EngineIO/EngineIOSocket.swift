import NIOCore

/// The WebSocket of a session, or the one that wants to become it; lives on the WebSocket's event loop.
final class EngineIOSocket: WebSocketOwner {
    private let server: EngineIOServer
    private let opening: EngineIOServer.Opening
    private let eventLoop: any EventLoop
    private var session: EngineIOSession?
    private var link: WebSocketLink?

    init(_ server: EngineIOServer, _ opening: EngineIOServer.Opening, eventLoop: any EventLoop) {
        self.server = server
        self.opening = opening
        self.eventLoop = eventLoop
    }

    func webSocketOpened(_ socket: WebSocketHandler) {
        let link = WebSocketLink(socket, eventLoop: eventLoop)
        self.link = link
        switch opening {
        case .second(let session):
            self.session = session
            session.onLoop { $0.probeOpened(link) }
        case .new(let version, let visitor):
            session = server.open(version, visitor, eventLoop: eventLoop, socket: link)
        }
    }

    func webSocket(_ socket: WebSocketHandler, received message: WebSocketMessage) {
        guard let session, let link else { return socket.finished(heldBytes: message.heldBytes) }
        let held = message.heldBytes
        let packet =
            switch message.content {
            case .text(let text): EngineIOPacket(text: text)
            case .binary(let bytes): EngineIOPacket(binary: bytes, version: session.version)
            }
        session.onLoop { session in
            session.received(packet, from: link) {
                link.run { $0.finished(heldBytes: held) }
            }
        }
    }

    func webSocketMadeProgress(_ socket: WebSocketHandler) {
        session?.onLoop { $0.madeProgress() }
    }

    func webSocketIsWritable(_ socket: WebSocketHandler) {
        guard let link else { return }
        session?.onLoop { $0.isWritable(link) }
    }

    /// Nothing is said: clients of Socket.IO that hear a DISCONNECT stay away for good.
    func webSocketWillStop(_ socket: WebSocketHandler) {}

    func webSocketClosed(_ socket: WebSocketHandler) {
        guard let link else { return }
        session?.onLoop { $0.closed(link) }
        session = nil
    }
}
