import Domain
import NIOCore

/// Sends live items to a Socket.IO client; on the session's event loop.
final class SocketIOSink: LiveSink {
    private unowned let session: EngineIOSession

    init(_ session: EngineIOSession) {
        self.session = session
    }

    var isReady: Bool { session.isReady }

    func send(_ items: [LiveItem]) {
        guard session.state.isWebSocket, !session.isOpening, let link = session.socket else {
            session.perform(session.state.send(items.map { .message($0.socketIOMessage) }))
            return
        }
        let session = session
        link.run { socket in
            for item in items { socket.write(item.socketIOFrame) }
            socket.flush()
            guard !socket.isWritable else { return }
            session.onLoop { $0.isBlocked = true }
        }
    }

    func sendMissed(count: Int?, since: Int64) {
        let json = JSONValue.array(["missed", LiveAnswers.missed(count: count, since: since)]).text
        session.perform(session.state.send([.message(ByteBuffer(string: "2" + json))]))
    }
}
