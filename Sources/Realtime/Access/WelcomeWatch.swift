import NIOCore
import Synchronization

/// Asks now and then whether a connection's credentials are still good, and ends it when they are not: connections
/// outlive passwords, keys and accounts.
final class WelcomeWatch: Sendable {
    private static let interval = TimeAmount.seconds(60)

    private let task: Mutex<RepeatedTask?>

    init(_ visitor: Visitor, on eventLoop: any EventLoop, end: @escaping @Sendable () -> Void) {
        let task = eventLoop.scheduleRepeatedAsyncTask(initialDelay: Self.interval, delay: Self.interval) { _ in
            eventLoop.makeFutureWithTask {
                if await !visitor.isStillWelcome() { end() }
            }
        }
        self.task = Mutex(task)
    }

    convenience init(_ visitor: Visitor, _ session: EngineIOSession) {
        self.init(visitor, on: session.eventLoop) { session.close() }
    }

    func cancel() {
        task.withLock { task in
            task?.cancel()
            task = nil
        }
    }
}
