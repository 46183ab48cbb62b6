import CLinuxCalls
import Domain
import Glibc

/// Why the server cannot listen.
public struct SSHListenError: Error, CustomStringConvertible {
    public let address: SSHSettings.Address
    public let cause: String

    public var description: String { "cannot listen on \(address): \(cause)" }
}

/// A listening socket.
final class SSHListener: Sendable {
    let socket: RootDescriptor
    /// With the real port.
    let address: SSHSettings.Address

    init(_ address: SSHSettings.Address) throws(SSHListenError) {
        func failure() -> SSHListenError {
            SSHListenError(address: address, cause: String(cString: strerror(errno)))
        }
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, "\(address.port)", &hints, &found) == 0, let found else {
            throw SSHListenError(address: address, cause: "that is no address")
        }
        defer { freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let raw = Glibc.socket(found.pointee.ai_family, kind, 0)
        guard raw >= 0 else { throw failure() }
        socket = RootDescriptor(raw)
        Self.switchOn(SO_REUSEADDR, SOL_SOCKET, raw)
        if found.pointee.ai_family == AF_INET6 { Self.switchOn(IPV6_V6ONLY, Int32(IPPROTO_IPV6), raw) }
        guard bind(raw, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0, listen(raw, 128) == 0 else {
            throw failure()
        }
        self.address = SSHSettings.Address(host: address.host, port: Self.port(of: raw) ?? address.port)
    }

    enum Accepted {
        /// - Parameter address: without a port; IPv4 as such.
        case connection(Int32, address: String)
        case nothing
        case exhausted
    }

    func accept() -> Accepted {
        var peer = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let raw = withUnsafeMutablePointer(to: &peer) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                address in socket.use { lpr_accept($0, address, &length) }
            }
        }
        guard raw >= 0 else { return [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) ? .exhausted : .nothing }
        // Requests are small and wait for their answers. A peer that is gone without a word is noticed in two minutes.
        Self.switchOn(TCP_NODELAY, Int32(IPPROTO_TCP), raw)
        Self.switchOn(SO_KEEPALIVE, SOL_SOCKET, raw)
        Self.set(TCP_KEEPIDLE, 30, raw)
        Self.set(TCP_KEEPINTVL, 15, raw)
        Self.set(TCP_KEEPCNT, 6, raw)
        Self.set(TCP_USER_TIMEOUT, 120_000, raw)
        return .connection(raw, address: Self.text(of: peer, length))
    }

    private static func switchOn(_ option: Int32, _ level: Int32, _ socket: Int32) {
        var one: Int32 = 1
        setsockopt(socket, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func set(_ option: Int32, _ value: Int32, _ socket: Int32) {
        var value = value
        setsockopt(socket, Int32(IPPROTO_TCP), option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func text(of peer: sockaddr_storage, _ length: socklen_t) -> String {
        var peer = peer
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = withUnsafePointer(to: &peer) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo($0, length, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
            }
        }
        let text = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard result == 0, let address = IPAddress(text) else { return text }
        return address.unmapped.description
    }

    private static func port(of socket: Int32) -> Int? {
        var own = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int? in
                guard getsockname(socket, address, &length) == 0 else { return nil }
                var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
                guard getnameinfo(address, length, nil, 0, &service, socklen_t(service.count), NI_NUMERICSERV) == 0
                else { return nil }
                return Int(String(decoding: service.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
        }
    }
}
