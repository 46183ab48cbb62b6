import CEpoll

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Waits on one thread for many connections: epoll, told anew of what is not read yet.
final class Poller {
    private let descriptor: Int32
    private var ready = [epoll_event](repeating: epoll_event(), count: 512)

    init() throws(BenchmarkError) {
        descriptor = epoll_create1(0)
        guard descriptor >= 0 else { throw BenchmarkError("epoll: \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
    }

    /// - Parameter number: what `wait` calls it.
    func add(_ stream: Stream, as number: Int) throws(BenchmarkError) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = UInt64(number)
        guard epoll_ctl(descriptor, EPOLL_CTL_ADD, stream.descriptor, &event) == 0 else {
            throw BenchmarkError("epoll: \(String(cString: strerror(errno)))")
        }
    }

    /// Waits until something can be read, or until `time` (microseconds since 1970), whichever comes first.
    /// - Parameter read: is called with the number of each connection that can be read.
    func wait(until time: Int64, _ read: (Int) throws(BenchmarkError) -> Void) throws(BenchmarkError) {
        let milliseconds = max(0, (time - WallTime.now + 999) / 1_000)
        let count = epoll_wait(descriptor, &ready, Int32(ready.count), Int32(clamping: milliseconds))
        for place in 0..<max(0, Int(count)) { try read(Int(ready[place].data.u64)) }
    }
}
