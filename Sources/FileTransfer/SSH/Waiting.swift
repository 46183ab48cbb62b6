import Dispatch
import Synchronization

/// Waits on a thread of our own until a task is done. Never to be used on Swift's own threads, which must not block.
func waiting<Value: Sendable>(for body: @escaping @Sendable () async -> Value) -> Value? {
    let result = Result<Value>()
    let semaphore = DispatchSemaphore(value: 0)
    Task {
        let value = await body()
        result.value.withLock { $0 = value }
        semaphore.signal()
    }
    semaphore.wait()
    return result.value.withLock { $0 }
}

private final class Result<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
