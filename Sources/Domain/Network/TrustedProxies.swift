/// The reverse proxies in front of the appliance (`http.trusted_proxies`), and what they say of the clients behind
/// them.
///
/// Anybody can send `X-Forwarded-For`. It counts only when it comes from a proxy that is named here, and is read from
/// its right end, where that proxy has put the address that it saw itself:
///
///     X-Forwarded-For: 10.9.0.5, 203.0.113.7, 192.168.1.3        peer 192.168.1.2
///                      what the   who asked     a proxy            a proxy
///                      client     the first     in front of
///                      made up    of our proxies the peer
public struct TrustedProxies: Sendable {
    /// Entries that are looked at, from the right: chains of proxies are short, and what is further left than this is
    /// what a client has sent to make work.
    static let hopLimit = 32

    private let ranges: [NetworkRange]

    public init(_ ranges: [NetworkRange] = []) {
        self.ranges = ranges
    }

    /// - Parameter address: as text, without a port.
    public func contains(_ address: String) -> Bool {
        guard !ranges.isEmpty, let address = IPAddress(address) else { return false }
        return contains(address)
    }

    private func contains(_ address: IPAddress) -> Bool { ranges.contains { $0.contains(address) } }

    /// Who asks. Never refuses anything: what cannot be understood leaves the peer as the one who asks.
    ///
    /// - Parameters:
    ///   - peer: the two ends of the TCP connection: the peer's address, and whether TLS is spoken on it.
    ///   - forwardedFor: the values of all `X-Forwarded-For` headers, in their order.
    ///   - forwardedProto: the values of all `X-Forwarded-Proto` headers, in their order.
    public func client(
        of peer: ClientConnection, forwardedFor: @autoclosure () -> [String],
        forwardedProto: @autoclosure () -> [String]
    ) -> ClientConnection {
        guard contains(peer.address) else { return peer }
        return ClientConnection(
            address: farthestKnown(forwardedFor()).map { "\($0)" } ?? peer.address,
            isTLS: Self.isTLS(forwardedProto()) ?? peer.isTLS)
    }

    /// The right-most address that is no proxy of ours; when all are, the left-most. `nil` when an entry on the way
    /// there is no address: whose it is cannot be told, and what stands left of it is nobody's word.
    private func farthestKnown(_ lines: [String]) -> IPAddress? {
        var farthest: IPAddress?
        var hops = 0
        for line in lines.reversed() {
            var rest: Substring? = line[...]
            while let text = rest {
                guard hops < Self.hopLimit else { return nil }
                hops += 1
                let comma = text.utf8.lastIndex(of: UInt8(ascii: ","))
                let entry = comma.map { text[text.utf8.index(after: $0)...] } ?? text
                guard let address = ForwardedAddress.parse(entry) else { return nil }
                guard contains(address) else { return address }
                farthest = address
                rest = comma.map { text[..<$0] }
            }
        }
        return farthest
    }

    /// What the peer itself has written: the right-most word. Some proxies name the protocol of a WebSocket.
    private static func isTLS(_ lines: [String]) -> Bool? {
        guard let last = lines.last else { return nil }
        let start = last.utf8.lastIndex(of: UInt8(ascii: ",")).map { last.utf8.index(after: $0) } ?? last.startIndex
        // The longest word has five letters.
        guard last.utf8.distance(from: start, to: last.endIndex) <= 32 else { return nil }
        return switch ForwardedAddress.trimmingBlanks(last[start...]).lowercased() {
        case "https", "wss": true
        case "http", "ws": false
        default: nil
        }
    }
}
