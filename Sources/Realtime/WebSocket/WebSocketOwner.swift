import NIOCore

/// What a WebSocket belongs to. All calls come on the WebSocket's event loop.
protocol WebSocketOwner: AnyObject {
    /// The connection is a WebSocket from now on.
    func webSocketOpened(_ socket: WebSocketHandler)
    /// A whole message. The owner calls `finished` with the same number of bytes once it is done with it.
    func webSocket(_ socket: WebSocketHandler, received message: WebSocketMessage)
    /// Bytes of a large message came, which is not whole yet, or it waits for room.
    func webSocketMadeProgress(_ socket: WebSocketHandler)
    /// The client takes bytes again after it was too slow.
    func webSocketIsWritable(_ socket: WebSocketHandler)
    /// The appliance stops: say goodbye. The WebSocket closes itself with 1001 afterwards.
    func webSocketWillStop(_ socket: WebSocketHandler)
    /// Nothing comes and goes any more. Called once.
    func webSocketClosed(_ socket: WebSocketHandler)
}

extension WebSocketOwner {
    func webSocketMadeProgress(_ socket: WebSocketHandler) {}
}

struct WebSocketMessage {
    enum Content {
        case text(ByteBuffer)
        case binary(ByteBuffer)
    }

    let content: Content
    /// What it holds of the message room.
    let heldBytes: Int

    var byteCount: Int {
        switch content {
        case .text(let bytes), .binary(let bytes): bytes.readableBytes
        }
    }
}
