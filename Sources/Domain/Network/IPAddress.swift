/// An IPv4 or IPv6 address as a value: parsed from text, compared and masked without any I/O.
///
/// Zone identifiers (`fe80::1%eth0`) are refused: they mean something only on one machine.
public struct IPAddress: Sendable, Hashable {
    /// The two families of addresses.
    public enum Family: Sendable, Hashable {
        case v4
        case v6

        /// How many bits an address of this family has: 32 or 128.
        public var bitCount: Int {
            switch self {
            case .v4: 32
            case .v6: 128
            }
        }
    }

    public let family: Family
    /// The address as a number in network order; an IPv4 address stands in the low 32 bits.
    public let bits: UInt128

    /// - Parameter bits: The address as a number; of an IPv4 address only the low 32 bits count.
    public init(family: Family, bits: UInt128) {
        self.family = family
        self.bits = family == .v4 ? bits & UInt128(UInt32.max) : bits
    }

    /// Parses the text form: four decimal numbers without leading zeros, or RFC 4291 section 2.2.
    ///
    /// - Returns: `nil` for everything else, also for surrounding white space, brackets and zones.
    public init?(_ text: some StringProtocol) {
        // The longest valid form is "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".
        guard text.utf8.count <= 45 else { return nil }
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let bits = Self.version6Bits(text) else { return nil }
            self.init(family: .v6, bits: bits)
        } else {
            guard let bits = Self.version4Bits(text) else { return nil }
            self.init(family: .v4, bits: UInt128(bits))
        }
    }

    /// The IPv4 address within an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`), else the address itself.
    ///
    /// A dual-stack socket reports IPv4 peers in the mapped form.
    public var unmapped: IPAddress {
        guard family == .v6, bits >> 32 == 0xffff else { return self }
        return IPAddress(family: .v4, bits: bits)
    }

    /// The address with all but the first `prefixLength` bits set to zero.
    ///
    /// - Parameter prefixLength: 0 to 32 for IPv4, 0 to 128 for IPv6; values outside are brought to the nearest bound.
    public func masked(prefixLength: Int) -> IPAddress {
        let kept = min(max(prefixLength, 0), family.bitCount)
        // A smart shift by the whole width gives zero, so prefix length 0 keeps nothing.
        let mask = UInt128.max << UInt128(family.bitCount - kept)
        return IPAddress(family: family, bits: bits & mask)
    }
}
