#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A blocking HTTP/1.1 client over one connection to this machine; all that a measurement of latencies needs.
final class Loopback {
    struct Answer {
        let status: Int
        let head: String
        let body: [UInt8]
    }

    private let descriptor: Int32
    private let port: UInt16
    private var received: [UInt8] = []

    init(port: UInt16) throws(BenchmarkError) {
        self.port = port
        descriptor = try Self.connected(to: port)
    }

    deinit {
        close(descriptor)
    }

    /// - Returns: the descriptor of a connection that sends what it is given at once.
    static func connected(to port: UInt16) throws(BenchmarkError) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = address(port)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        guard code == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw BenchmarkError("cannot connect to port \(port): \(reason)")
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return address
    }

    /// A port that nobody listens on at the moment.
    static func freePort() throws(BenchmarkError) -> UInt16 {
        let (descriptor, port) = try bound()
        close(descriptor)
        return port
    }

    /// - Returns: a socket that has a free port, and the port.
    static func bound() throws(BenchmarkError) -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
            }
        }
        guard code == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw BenchmarkError("no free port: \(reason)")
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    func get(_ path: String, key: String? = nil, acceptsGzip: Bool = true) throws(BenchmarkError) -> Answer {
        try send("GET", path, key: key, acceptsGzip: acceptsGzip, body: "")
    }

    func post(_ path: String, key: String, body: String) throws(BenchmarkError) -> Answer {
        try send("POST", path, key: key, acceptsGzip: false, body: body)
    }

    private func send(
        _ method: String, _ path: String, key: String?, acceptsGzip: Bool, body: String
    ) throws(BenchmarkError) -> Answer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        if let key { head += "X-API-Key: \(key)\r\n" }
        if acceptsGzip { head += "Accept-Encoding: gzip\r\n" }
        if !body.isEmpty { head += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
        var rest = Array((head + "\r\n" + body).utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw BenchmarkError("the connection broke while asking for \(path)") }
            rest = rest.dropFirst(count)
        }
        return try receive(path)
    }

    private func receive(_ path: String) throws(BenchmarkError) -> Answer {
        let end = Array("\r\n\r\n".utf8)
        var headLength: Int?
        while headLength == nil {
            headLength = received.firstRange(of: end)?.upperBound
            if headLength == nil { try fill(path) }
        }
        let head = String(decoding: received[..<(headLength ?? 0)], as: UTF8.self)
        received.removeFirst(headLength ?? 0)
        let words = head.split(separator: " ", maxSplits: 2)
        guard words.count > 1, let status = Int(words[1]) else { throw BenchmarkError("\(path): no HTTP came back") }
        let length = Self.header("content-length", in: head).flatMap { Int($0) } ?? 0
        while received.count < length { try fill(path) }
        let body = Array(received[..<length])
        received.removeFirst(length)
        return Answer(status: status, head: head, body: body)
    }

    private func fill(_ path: String) throws(BenchmarkError) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw BenchmarkError("the connection broke while waiting for \(path)") }
        received.append(contentsOf: buffer[..<count])
    }

    static func header(_ name: String, in head: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name { return parts[1].trimmingBlanks }
        }
        return nil
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
