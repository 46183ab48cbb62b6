import NIOCore

/// A WebSocket as other event loops and tasks reach it.
struct WebSocketLink: Sendable, Hashable {
    private let id: ObjectIdentifier
    private let bound: NIOLoopBound<WebSocketHandler>
    let eventLoop: any EventLoop

    /// To be made on the socket's event loop.
    init(_ socket: WebSocketHandler, eventLoop: any EventLoop) {
        id = ObjectIdentifier(socket)
        bound = NIOLoopBound(socket, eventLoop: eventLoop)
        self.eventLoop = eventLoop
    }

    /// Runs `body` with the socket, at once when this is its event loop.
    func run(_ body: @escaping @Sendable (WebSocketHandler) -> Void) {
        if eventLoop.inEventLoop {
            body(bound.value)
        } else {
            eventLoop.execute { [bound] in body(bound.value) }
        }
    }

    static func == (left: WebSocketLink, right: WebSocketLink) -> Bool { left.id == right.id }

    func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
