/// The networks whose cameras may send without credentials (`intake.trusted_networks`).
///
/// A reverse proxy is nobody's camera, also when it stands in one of these networks: an address that stays the proxy's
/// own tells nothing of who is behind it.
public struct TrustedNetworks: Sendable {
    private let ranges: [NetworkRange]
    private let proxies: TrustedProxies

    public init(_ ranges: [NetworkRange] = [], except proxies: TrustedProxies = TrustedProxies()) {
        self.ranges = ranges
        self.proxies = proxies
    }

    /// - Parameter address: as text, without a port.
    public func contains(_ address: String) -> Bool {
        guard !ranges.isEmpty, let parsed = IPAddress(address) else { return false }
        return ranges.contains { $0.contains(parsed) } && !proxies.contains(address)
    }
}
