#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A TCP connection to this machine that never waits; `Poller` says when there is something to read.
final class Stream {
    let descriptor: Int32
    /// Who is at the other end, for errors.
    private let peer: String
    /// The beginning of something that has not come whole yet; nearly always empty.
    private var rest: [UInt8] = []

    convenience init(port: UInt16, of peer: String = "the appliance") throws(BenchmarkError) {
        try self.init(descriptor: try Loopback.connected(to: port), of: peer)
    }

    /// - Parameter descriptor: of a connection; it is closed with this object.
    init(descriptor: Int32, of peer: String) throws(BenchmarkError) {
        self.descriptor = descriptor
        self.peer = peer
        guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
            throw BenchmarkError("fcntl: \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Sends something small; a connection that does not take it has stopped being read.
    func send(_ bytes: [UInt8]) throws(BenchmarkError) { try send(bytes[...]) }

    func send(_ bytes: ArraySlice<UInt8>) throws(BenchmarkError) {
        let count = bytes.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count == bytes.count else { throw BenchmarkError("\(peer) takes nothing from a connection") }
    }

    /// Reads what is there once.
    /// - Parameters:
    ///   - buffer: where it is put, behind what was left over the time before; all connections may share one.
    ///   - take: takes what is whole and returns how many bytes that was.
    func receive(
        _ buffer: UnsafeMutableRawBufferPointer, _ take: (UnsafeRawBufferPointer) throws(BenchmarkError) -> Int
    ) throws(BenchmarkError) {
        let held = rest.count
        if held > 0 { buffer.copyBytes(from: rest) }
        let free = UnsafeMutableRawBufferPointer(rebasing: buffer[held...])
        let count = recv(descriptor, free.baseAddress, free.count, 0)
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            throw BenchmarkError("\(peer) has ended a connection")
        }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<(held + count)])
        let taken = try take(bytes)
        guard bytes.count - taken < buffer.count else { throw BenchmarkError("a message is too large") }
        if held > 0 || taken < bytes.count { rest = Array(bytes[taken...]) }
    }

    /// Waits for what comes first, at most ten seconds.
    /// - Parameter take: as for `receive`.
    func receiveFirst(
        _ buffer: UnsafeMutableRawBufferPointer, _ take: (UnsafeRawBufferPointer) throws(BenchmarkError) -> Int
    ) throws(BenchmarkError) {
        var isTaken = false
        while !isTaken {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 10_000) == 1 else { throw BenchmarkError("\(peer) does not answer") }
            try receive(buffer) { bytes throws(BenchmarkError) in
                let count = try take(bytes)
                isTaken = count > 0
                return count
            }
        }
    }
}

/// Files that this process may have open; every connection is one.
enum OpenFiles {
    static func allow(_ count: Int) throws(BenchmarkError) {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_max >= rlim_t(count) else {
            throw BenchmarkError("\(count) open files are needed: ulimit -n")
        }
        limit.rlim_cur = max(limit.rlim_cur, rlim_t(count))
        guard setrlimit(resource, &limit) == 0 else { throw BenchmarkError("\(count) open files are not allowed") }
    }
}
