import Domain

/// Where a broker answers: `mqtt://HOST[:PORT]`, or `mqtts://HOST[:PORT]` encrypted; 1883 and 8883 by default.
public struct BrokerAddress: Sendable, Hashable, CustomStringConvertible {
    public let host: String
    public let port: UInt16
    public let isEncrypted: Bool

    /// Nil when the text is no such address. User names and paths have no place in it.
    public init?(_ text: String) {
        let schemes: [(prefix: String, isEncrypted: Bool, port: UInt16)] = [
            ("mqtt://", false, 1883), ("mqtts://", true, 8883),
        ]
        guard let scheme = schemes.first(where: { text.hasPrefix($0.prefix) }) else { return nil }
        var rest = text.dropFirst(scheme.prefix.count)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        isEncrypted = scheme.isEncrypted
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            let address = rest[rest.index(after: rest.startIndex)..<end]
            guard IPAddress(String(address))?.family == .v6 else { return nil }
            host = String(address)
            rest = rest[rest.index(after: end)...]
        } else {
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            host = String(rest[..<end])
            guard Self.isHostName(host) else { return nil }
            rest = rest[end...]
        }
        guard !rest.isEmpty else {
            port = scheme.port
            return
        }
        guard rest.hasPrefix(":"), rest.dropFirst().allSatisfy(\.isASCII), rest.dropFirst().allSatisfy(\.isNumber),
            let port = UInt16(rest.dropFirst()), port > 0
        else { return nil }
        self.port = port
    }

    public var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(isEncrypted ? "mqtts" : "mqtt")://\(name):\(port)"
    }

    private static func isHostName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && text.first != "-" && text.first != "."
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
