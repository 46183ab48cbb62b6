import Domain

/// The origin of a web page, as browsers send it: scheme, host and port, nothing behind them.
struct WebOrigin: Sendable, Hashable {
    /// Lower case, without the port when it is the scheme's own: compares equal to an `Origin` header.
    let text: String

    /// Parses `http://HOST`, `https://HOST:PORT`; a host is a name, an IPv4 address or an IPv6 address in brackets.
    ///
    /// - Returns: `nil` for another scheme, a path (also a final slash), a user name, `*` or `null`.
    init?(_ text: some StringProtocol) {
        let text = text.lowercased()
        let schemes = [("http://", 80), ("https://", 443)]
        guard text.utf8.count <= 300, let (scheme, standardPort) = schemes.first(where: { text.hasPrefix($0.0) }) else {
            return nil
        }
        var host = text.dropFirst(scheme.count)
        var port: Int?
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            let digits = host[host.index(after: colon)...]
            guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(digits), (1...65_535).contains(number)
            else { return nil }
            port = number
            host = host[..<colon]
        }
        let canonical: String
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), let address = IPAddress(host.dropFirst().dropLast()), address.family == .v6
            else { return nil }
            canonical = "[\(address)]"
        } else {
            guard Self.isHostName(host) else { return nil }
            canonical = String(host)
        }
        self.text = scheme + canonical + (port.map { $0 == standardPort ? "" : ":\($0)" } ?? "")
    }

    private static func isHostName(_ host: Substring) -> Bool {
        guard (1...253).contains(host.utf8.count) else { return false }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x2d }
        }
    }
}

extension WebOrigin: CustomStringConvertible {
    var description: String { text }
}
