import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Many threads that may block.
enum OwnThreads {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` with each number below `count`, all at once, and waits for all.
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws(BenchmarkError) {
        let done = DispatchGroup()
        for number in 0..<count {
            done.enter()
            let work = Work {
                body(number)
                done.leave()
            }
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                    return nil
                }, Unmanaged.passRetained(work).toOpaque())
            guard code == 0 else { throw BenchmarkError("no thread: \(String(cString: strerror(code)))") }
            pthread_detach(thread)
        }
        done.wait()
    }
}
