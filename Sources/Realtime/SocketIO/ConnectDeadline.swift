import NIOCore
import Synchronization

/// A client that is connected to no namespace in time is let go.
final class ConnectDeadline: Sendable {
    private let session: EngineIOSession
    private let timeout: Duration
    private let timer = Mutex<Scheduled<Void>?>(nil)

    init(_ session: EngineIOSession, after timeout: Duration) {
        self.session = session
        self.timeout = timeout
    }

    func restart() {
        let session = session
        let next = session.eventLoop.scheduleTask(in: TimeAmount(timeout)) { session.close() }
        replace(by: next)
    }

    func cancel() { replace(by: nil) }

    private func replace(by next: Scheduled<Void>?) {
        let before = timer.withLock { timer in
            defer { timer = next }
            return timer
        }
        before?.cancel()
    }
}
