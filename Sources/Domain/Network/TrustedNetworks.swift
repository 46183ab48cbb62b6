/// The networks whose cameras may send without credentials (`intake.trusted_networks`).
public struct TrustedNetworks: Sendable {
    private let ranges: [NetworkRange]

    public init(_ ranges: [NetworkRange] = []) {
        self.ranges = ranges
    }

    /// - Parameter address: as text, without a port.
    public func contains(_ address: String) -> Bool {
        guard !ranges.isEmpty, let address = IPAddress(address) else { return false }
        return ranges.contains { $0.contains(address) }
    }
}
