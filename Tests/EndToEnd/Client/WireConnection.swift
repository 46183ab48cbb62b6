#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One TCP connection to the appliance, blocking: a client that sends what it likes, also what is no HTTP.
///
/// Used by one thread at a time; the answers' reader may run beside the sender.
final class WireConnection: Sendable {
    let descriptor: Int32

    /// - Parameter patience: how long one read or write may take, seconds.
    init(port: UInt16, patience: Int = 60) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestFailure.system("socket") }
        var time = timeval(tv_sec: patience, tv_usec: 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // `deinit` closes it, also when this throws: closed here as well, it might be somebody else's by then.
        guard result == 0 else { throw TestFailure.system("connect to port \(port)") }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw TestFailure.system("send") }
            rest = rest.dropFirst(count)
        }
    }

    /// Says that no more will be sent.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next bytes; empty at the end, also when the other side has reset the connection.
    func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == ECONNRESET || errno == EPIPE { return [] }
            guard count >= 0 else { throw TestFailure.system("receive") }
            return Array(buffer[..<count])
        }
    }

    /// Waits until there is something to read, or the end; false when `milliseconds` pass without.
    func hasSomething(within milliseconds: Int32) -> Bool {
        var poller = pollfd(descriptor: descriptor)
        return poll(&poller, 1, milliseconds) > 0
    }

    /// Everything up to the end of the connection.
    func receiveAll() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while case let more = try receive(), !more.isEmpty { bytes += more }
        return bytes
    }
}

extension pollfd {
    fileprivate init(descriptor: Int32) { self.init(fd: descriptor, events: Int16(POLLIN), revents: 0) }
}
