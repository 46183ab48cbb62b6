import Dispatch
import Store
import Synchronization

/// Waits on a thread of our own until a task is done, for links whose C libraries have threads of their own. Never to be
/// called on Swift's threads, which must not block.
/// - Returns: what `body` returns.
@discardableResult
public func waiting<Value: Sendable>(for body: @escaping @Sendable () async -> Value) -> Value? {
    let result = Outcome<Value>()
    let semaphore = DispatchSemaphore(value: 0)
    Task {
        let value = await body()
        result.value.withLock { $0 = value }
        semaphore.signal()
    }
    semaphore.wait()
    return result.value.withLock { $0 }
}

/// The same with the work done on the waiting thread itself, as far as it can be: for one thing at a time, where each
/// change of threads would cost more than another core gains.
@discardableResult
public func workingHere<Value: Sendable>(for body: @escaping @Sendable () async -> Value) -> Value {
    BlockingThread.run(body)
}

private final class Outcome<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
