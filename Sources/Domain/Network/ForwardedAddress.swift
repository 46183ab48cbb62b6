/// One entry of an `X-Forwarded-For` header: the address of a client as a proxy has written it.
///
/// Proxies differ in what they write; these forms are in use:
///
///     192.0.2.7    192.0.2.7:40312    2001:db8::7    [2001:db8::7]    [2001:db8::7]:40312    fe80::7%eth0
enum ForwardedAddress {
    /// Bytes of the longest form: an IPv6 address with brackets, a zone of 15 bytes and a port.
    private static let limit = 45 + 2 + 16 + 6

    /// - Parameter entry: what stands between two commas.
    /// - Returns: `nil` for everything else, such as `unknown`, host names and an empty entry.
    static func parse(_ entry: some StringProtocol) -> IPAddress? {
        // Measured before the spaces go: there may be thousands of them.
        guard entry.utf8.count <= limit + 16 else { return nil }
        let text = trimmingBlanks(Substring(entry))
        guard text.utf8.count <= limit else { return nil }
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            guard isPortOrNothing(text[text.index(after: end)...]) else { return nil }
            return version6(text[text.index(after: text.startIndex)..<end])
        }
        if let address = version6(text) { return address }
        let end = text.firstIndex(of: ":") ?? text.endIndex
        guard isPortOrNothing(text[end...]), let address = IPAddress(text[..<end]) else { return nil }
        return address
    }

    /// A zone means something only on the proxy's machine, and the peer of a connection is told without one too.
    private static func version6(_ text: Substring) -> IPAddress? {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard (1...15).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(isZoneByte) else { return nil }
        }
        guard let first = parts.first, let address = IPAddress(first), address.family == .v6 else { return nil }
        return address.unmapped
    }

    /// Letters, digits, dot, hyphen and underscore, as in names of network interfaces.
    private static func isZoneByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
        default: false
        }
    }

    private static func isPortOrNothing(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        let digits = text.dropFirst().utf8
        return text.hasPrefix(":") && (1...5).contains(digits.count) && digits.allSatisfy { (0x30...0x39).contains($0) }
    }

    static func trimmingBlanks(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
