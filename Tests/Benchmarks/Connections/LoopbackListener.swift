#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Takes connections on a free port of this machine.
final class LoopbackListener {
    let port: UInt16
    private let descriptor: Int32

    init() throws(BenchmarkError) {
        (descriptor, port) = try Loopback.bound()
        guard listen(descriptor, 16) == 0 else {
            throw BenchmarkError("listen: \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Waits for a connection, at most ten seconds.
    func accept() throws(BenchmarkError) -> Int32 {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, 10_000) == 1 else { throw BenchmarkError("nobody connects to port \(port)") }
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { throw BenchmarkError("accept: \(String(cString: strerror(errno)))") }
        // As servers do; otherwise small writes wait for each other.
        var on: Int32 = 1
        setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return accepted
    }
}
