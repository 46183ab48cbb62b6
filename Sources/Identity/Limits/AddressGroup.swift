import Domain

/// The addresses that one counterpart can be expected to own: one IPv4 address, or the /64 of an IPv6 address.
public struct AddressGroup: Sendable, Hashable, CustomStringConvertible {
    private let text: String

    /// - Parameter address: an address as text; anything else, such as the path of a socket, is a group of its own.
    public init(_ address: String) {
        guard let address = IPAddress(address)?.unmapped else {
            text = String(address.prefix(64))
            return
        }
        text = address.family == .v6 ? "\(address.masked(prefixLength: 64))/64" : "\(address)"
    }

    public var description: String { text }

    /// The bucket of its rate limit.
    public var rateLimitKey: String { "address:" + text }
}
