#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the kernel alone takes to write to many connections of this machine, as a loop around `write`: what no server
/// can do with less.
enum BareWrites {
    /// - Parameters:
    ///   - connections: they are written to in turn.
    ///   - bytes: of one write.
    /// - Returns: processor time of one write, microseconds, the median of `rounds`.
    static func microseconds(connections: Int, bytes: Int, rounds: Int = 100) throws(BenchmarkError) -> Double {
        let listener = try LoopbackListener()
        var near: [Stream] = []
        var far: [Int32] = []
        defer { for descriptor in far { close(descriptor) } }
        for _ in 0..<connections {
            near.append(try Stream(port: listener.port))
            far.append(try listener.accept())
        }
        let content = [UInt8](repeating: 0x20, count: bytes)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes, 1) + 1, alignment: 16)
        defer { buffer.deallocate() }
        var times: [Double] = []
        for _ in 0..<rounds {
            let start = threadTime
            for descriptor in far where write(descriptor, content, bytes) != bytes {
                throw BenchmarkError("a bare write was cut short: \(String(cString: strerror(errno)))")
            }
            times.append(Double(threadTime - start) / 1e3 / Double(connections))
            for stream in near {
                var rest = bytes
                while rest > 0 {
                    try stream.receive(buffer) {
                        rest -= $0.count
                        return $0.count
                    }
                }
            }
        }
        return times.median
    }

    /// Processor time of this thread, nanoseconds.
    private static var threadTime: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
