import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A thread that ends with the process and not before. The system ends what it has started when it asked for that, so
/// that a test that crashes leaves no servers behind.
final class LastingThread: Sendable {
    static let shared = LastingThread()

    private let waiting = Mutex<[@Sendable () -> Void]>([])
    private let signal = DispatchSemaphore(value: 0)

    private init() {
        var thread = pthread_t()
        let me = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { me in
                guard let me else { return nil }
                Unmanaged<LastingThread>.fromOpaque(me).takeUnretainedValue().work()
                return nil
            }, me)
        pthread_detach(thread)
    }

    private func work() {
        while true {
            signal.wait()
            waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }?()
        }
    }

    /// Runs something there, and waits for it.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
        let done = DispatchSemaphore(value: 0)
        let box = Outcome<Value>()
        waiting.withLock { waiting in
            waiting.append {
                let result = Result { try body() }
                box.result.withLock { $0 = result }
                done.signal()
            }
        }
        signal.signal()
        done.wait()
        guard let result = box.result.withLock({ $0 }) else { throw PostgresServerError("nothing was started") }
        return try result.get()
    }

    private final class Outcome<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
    }
}
