import Domain

/// An address and port that a server listens on: `"0.0.0.0:8080"` or `"[::1]:8080"`.
struct ListenAddress: Sendable, Hashable {
    var address: IPAddress
    /// 0 to 65535; 0 lets the system choose a free port.
    var port: Int

    init(address: IPAddress, port: Int) {
        self.address = address
        self.port = port
    }

    /// Parses `IPV4:PORT` or `[IPV6]:PORT`.
    ///
    /// - Returns: `nil` for a host name, a missing port, an IPv6 address without brackets, or a port above 65535.
    init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...].utf8
        guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let port = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard port <= 65_535 else { return nil }

        let host = text[..<colon]
        let address: IPAddress?
        if host.hasPrefix("["), host.hasSuffix("]"), host.utf8.count > 2 {
            address = IPAddress(host.dropFirst().dropLast())
            guard address?.family == .v6 else { return nil }
        } else {
            address = IPAddress(host)
            guard address?.family == .v4 else { return nil }
        }
        guard let address else { return nil }
        self.init(address: address, port: port)
    }

    /// The address without port and brackets, as sockets want it.
    var host: String { address.description }
}

extension ListenAddress: CustomStringConvertible {
    var description: String {
        address.family == .v6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
