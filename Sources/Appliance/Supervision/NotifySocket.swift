#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Sends to the socket on which systemd listens, as sd_notify(3) describes it for programs without libsystemd: one
/// datagram of `NAME=VALUE` lines.
///
/// It never blocks and never fails the caller: what systemd does not take is lost.
final class NotifySocket: Sendable {
    /// What an address of the kind may have, bytes; the last one of a path is its end.
    private static let addressLimit = 108

    private let descriptor: Int32
    private let address: [UInt8]

    /// - Parameter name: a path, or `@` and the name of an abstract socket.
    /// - Returns: nil for any other kind of address, such as those of virtual machines.
    init?(_ name: String) {
        let bytes = Array(name.utf8)
        let isKnown = bytes.first == UInt8(ascii: "/") || Self.isAbstract(bytes)
        guard isKnown, bytes.count > 1, bytes.count < Self.addressLimit else { return nil }
        // The family stands in front in the machine's own order. An abstract name begins with a zero instead of the @
        // and ends with its last byte, a path ends with a zero.
        address =
            withUnsafeBytes(of: sa_family_t(AF_UNIX), Array.init)
            + (Self.isAbstract(bytes) ? [0] + bytes.dropFirst() : bytes + [0])
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    private static func isAbstract(_ name: [UInt8]) -> Bool { name.first == UInt8(ascii: "@") }

    /// - Parameter lines: `NAME=VALUE` each, without line breaks.
    /// - Returns: whether systemd has it.
    @discardableResult
    func send(_ lines: [String]) -> Bool {
        let message = Array(lines.joined(separator: "\n").utf8)
        return address.withUnsafeBytes { address in
            guard let target = address.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            while true {
                let sent = sendto(
                    descriptor, message, message.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL),
                    target, socklen_t(address.count))
                if sent < 0, errno == EINTR { continue }
                return sent == message.count
            }
        }
    }
}
