extension IPAddress: CustomStringConvertible {
    /// The canonical text: dotted decimal for IPv4, RFC 5952 for IPv6.
    public var description: String {
        switch family {
        case .v4: Self.dottedDecimal(UInt32(truncatingIfNeeded: bits))
        case .v6 where bits >> 32 == 0xffff: "::ffff:" + Self.dottedDecimal(UInt32(truncatingIfNeeded: bits))
        case .v6: colonSeparated
        }
    }

    private static func dottedDecimal(_ bits: UInt32) -> String {
        [24, 16, 8, 0].map { String(bits >> UInt32($0) & 0xff) }.joined(separator: ".")
    }

    private var colonSeparated: String {
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
        let hexadecimal = { (part: ArraySlice<UInt16>) in
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard let zeros = Self.longestRunOfZeros(in: groups) else { return hexadecimal(groups[...]) }
        return hexadecimal(groups[..<zeros.lowerBound]) + "::" + hexadecimal(groups[zeros.upperBound...])
    }

    /// RFC 5952 section 4.2: the first of the longest runs of at least two zero groups is the one to shorten.
    private static func longestRunOfZeros(in groups: [UInt16]) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start >= 2, end - start > (longest?.count ?? 0) { longest = start..<end }
            start = max(end, start + 1)
        }
        return longest
    }

    static func version4Bits(_ text: some StringProtocol) -> UInt32? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            // A leading zero means octal to some programs and decimal to others: nobody may have to guess.
            guard part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            let value = part.reduce(0) { $0 * 10 + UInt32($1 - UInt8(ascii: "0")) }
            guard value <= 255 else { return nil }
            bits = bits << 8 | value
        }
        return bits
    }

    static func version6Bits(_ text: some StringProtocol) -> UInt128? {
        let bytes = Array(text.utf8)
        let colon = UInt8(ascii: ":")
        guard let gap = bytes.indices.dropLast().first(where: { bytes[$0] == colon && bytes[$0 + 1] == colon })
        else {
            guard let groups = groups(of: bytes[...], mayEndDotted: true), groups.count == 8 else { return nil }
            return number(of: groups)
        }
        guard
            let before = groups(of: bytes[..<gap], mayEndDotted: false),
            let after = groups(of: bytes[(gap + 2)...], mayEndDotted: true),
            // "::" stands for at least one group.
            before.count + after.count <= 7
        else { return nil }
        let zeros = [UInt16](repeating: 0, count: 8 - before.count - after.count)
        return number(of: before + zeros + after)
    }

    private static func number(of groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    private static func groups(of bytes: ArraySlice<UInt8>, mayEndDotted: Bool) -> [UInt16]? {
        guard !bytes.isEmpty else { return [] }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if mayEndDotted, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let bits = version4Bits(String(decoding: part, as: UTF8.self)) else { return nil }
                groups += [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
                continue
            }
            // The radix parser would accept a sign.
            guard (1...4).contains(part.count), part.allSatisfy(isHexadecimalDigit) else { return nil }
            guard let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16) else { return nil }
            groups.append(group)
        }
        return groups
    }

    private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
