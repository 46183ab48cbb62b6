/// A range of addresses in CIDR notation, such as `192.168.1.0/24` or `2001:db8::/32`.
public struct NetworkRange: Sendable, Hashable {
    /// The first address of the range; its bits after the prefix are zero.
    public let base: IPAddress
    /// How many leading bits all addresses of the range share: 0 to 32 for IPv4, 0 to 128 for IPv6.
    public let prefixLength: Int

    /// Parses `ADDRESS/LENGTH`; an address alone is a range of this one address.
    ///
    /// A range of IPv4-mapped IPv6 addresses (`::ffff:192.0.2.0/120`) becomes the IPv4 range it stands for.
    ///
    /// - Throws: ``NetworkRangeError`` when the text is no address, the length does not fit the family, or bits are set
    ///   after the prefix: `192.168.1.7/24` could mean the machine or its network, so neither is guessed.
    public init(_ text: some StringProtocol) throws(NetworkRangeError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { throw .notAnAddress }
        var length = address.family.bitCount
        if parts.count == 2 {
            guard let given = Self.decimal(parts[1].utf8), given <= length else {
                throw .lengthOutOfRange(longest: length)
            }
            length = given
        }
        let base = address.masked(prefixLength: length)
        guard base == address else { throw .bitsAfterPrefix(rangeMeant: "\(base)/\(length)") }
        if base.unmapped != base, length >= 96 {
            self.base = base.unmapped
            self.prefixLength = length - 96
        } else {
            self.base = base
            self.prefixLength = length
        }
    }

    /// Whether `address` lies within the range.
    ///
    /// An IPv4-mapped IPv6 address counts as the IPv4 address it carries, so it matches IPv4 ranges and never an IPv6
    /// range (also not `::/0`).
    public func contains(_ address: IPAddress) -> Bool {
        let address = address.unmapped
        return address.family == base.family && address.masked(prefixLength: prefixLength) == base
    }

    /// One to three digits without sign or leading zero.
    private static func decimal(_ digits: some Collection<UInt8>) -> Int? {
        guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}

extension NetworkRange: CustomStringConvertible {
    /// The canonical text, always with the length: `192.168.1.0/24`.
    public var description: String { "\(base)/\(prefixLength)" }
}

/// Why a text is no network range.
public enum NetworkRangeError: Error, Hashable {
    /// The part before the slash is neither an IPv4 nor an IPv6 address.
    case notAnAddress
    /// The length is not a plain number from 0 to `longest`.
    case lengthOutOfRange(longest: Int)
    /// The address has bits set after the prefix; `rangeMeant` is the range it lies in.
    case bitsAfterPrefix(rangeMeant: String)
}

extension NetworkRangeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAnAddress: "it does not begin with an IPv4 or IPv6 address"
        case .lengthOutOfRange(let longest): "the number after the slash must be from 0 to \(longest)"
        case .bitsAfterPrefix(let range): "the address has bits set after the prefix; the network is \(range)"
        }
    }
}
