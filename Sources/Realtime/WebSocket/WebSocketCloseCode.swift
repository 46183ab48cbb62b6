/// Why a WebSocket ends (RFC 6455, section 7.4).
public struct WebSocketCloseCode: Sendable, Hashable {
    public let number: UInt16

    private init(_ number: UInt16) {
        self.number = number
    }

    public static let normal = WebSocketCloseCode(1_000)
    /// The appliance stops, or the page was left.
    public static let goingAway = WebSocketCloseCode(1_001)
    public static let protocolError = WebSocketCloseCode(1_002)
    /// A text message that is not UTF-8.
    public static let invalidData = WebSocketCloseCode(1_007)
    /// Understood, and not allowed.
    public static let policyViolation = WebSocketCloseCode(1_008)
    public static let tooLarge = WebSocketCloseCode(1_009)

    /// The code that a peer sent; nil when none may send it.
    init?(received number: UInt16) {
        switch number {
        case 1_000...1_003, 1_007...1_014, 3_000...4_999: self.number = number
        default: return nil
        }
    }
}

/// A peer broke the protocol: the connection ends with this code.
struct WebSocketViolation: Error, Hashable {
    let code: WebSocketCloseCode
    /// For the peer and the log; at most 123 bytes, so that it fits into a close frame.
    let reason: String
}
