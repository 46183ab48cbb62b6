/// Who is at the other end of a request, and whether nobody on the way there could read it.
public struct ClientConnection: Sendable, Hashable {
    /// The client's address without a port; the peer's, when no proxy in front of the appliance tells another.
    public var address: String
    /// Whether the client itself speaks TLS: to the appliance, or to the proxy in front of it.
    public var isTLS: Bool

    public init(address: String, isTLS: Bool) {
        self.address = address
        self.isTLS = isTLS
    }
}
