import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Finds out whether this user could listen at an address, without listening.
enum ListenProbe {
    /// - Returns: 0 when it could, else the error number of `bind`.
    static func errorNumber(_ address: ListenAddress) -> Int32 {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, "\(address.port)", &hints, &found) == 0, let found else { return EINVAL }
        defer { freeaddrinfo(found) }
        let descriptor = socket(
            found.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var one: Int32 = 1
        let length = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, length)
        if found.pointee.ai_family == AF_INET6 {
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, length)
        }
        return bind(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0 ? 0 : errno
    }
}

extension ListenAddress {
    /// Where the box itself reaches a server that listens here.
    var reachableHost: String {
        guard address.bits == 0 else { return host }
        return address.family == .v6 ? "::1" : "127.0.0.1"
    }

    /// The same with the port, as addresses of the web have it.
    var reachable: String {
        address.family == .v6 ? "[\(reachableHost)]:\(port)" : "\(reachableHost):\(port)"
    }

    /// Whether nobody but the box itself reaches it.
    var isLoopback: Bool {
        address.family == .v6 ? address.bits == 1 : address.bits >> 24 == 127
    }
}
