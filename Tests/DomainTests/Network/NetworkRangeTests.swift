import TestSupport
import Testing

@testable import Domain

@Suite struct NetworkRangeTests {
    @Test(arguments: [
        ("192.168.1.0/24", "192.168.1.0/24"), ("10.0.0.7", "10.0.0.7/32"), ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:DB8::/32", "2001:db8::/32"), ("::1", "::1/128"), ("::/0", "::/0"),
        ("::ffff:192.168.1.0/120", "192.168.1.0/24"), ("::ffff:10.0.0.1", "10.0.0.1/32"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
    ]) func reads(text: String, canonical: String) throws {
        let range = try NetworkRange(text)
        #expect(range.description == canonical)
        #expect(try NetworkRange(canonical) == range)
    }

    @Test(
        arguments: [
            ("", .notAnAddress), ("/24", .notAnAddress), ("gate/24", .notAnAddress), (" 10.0.0.0/8", .notAnAddress),
            ("10.0.0/8", .notAnAddress), ("[::1]/128", .notAnAddress), ("fe80::%eth0/64", .notAnAddress),
            ("10.0.0.0/", .lengthOutOfRange(longest: 32)), ("10.0.0.0/33", .lengthOutOfRange(longest: 32)),
            ("10.0.0.0/-1", .lengthOutOfRange(longest: 32)), ("10.0.0.0/+8", .lengthOutOfRange(longest: 32)),
            ("10.0.0.0/08", .lengthOutOfRange(longest: 32)), ("10.0.0.0/8 ", .lengthOutOfRange(longest: 32)),
            ("10.0.0.0/8/8", .lengthOutOfRange(longest: 32)), ("10.0.0.0/255.0.0.0", .lengthOutOfRange(longest: 32)),
            ("10.0.0.0/٨", .lengthOutOfRange(longest: 32)), ("::/129", .lengthOutOfRange(longest: 128)),
            ("::/1000000000000", .lengthOutOfRange(longest: 128)),
            ("192.168.1.7/24", .bitsAfterPrefix(rangeMeant: "192.168.1.0/24")),
            ("2001:db8::1/64", .bitsAfterPrefix(rangeMeant: "2001:db8::/64")),
            ("::ffff:10.0.0.1/104", .bitsAfterPrefix(rangeMeant: "::ffff:10.0.0.0/104")),
        ] as [(String, NetworkRangeError)]
    ) func refuses(text: String, expected: NetworkRangeError) {
        #expect(throws: expected) { try NetworkRange(text) }
    }

    @Test(arguments: [
        ("192.168.1.0/24", "192.168.1.0", true), ("192.168.1.0/24", "192.168.1.255", true),
        ("192.168.1.0/24", "192.168.2.0", false), ("192.168.1.0/24", "192.168.0.255", false),
        ("192.168.1.0/24", "::ffff:192.168.1.9", true), ("192.168.1.0/24", "::192.168.1.9", false),
        ("::ffff:192.168.1.0/120", "192.168.1.9", true), ("10.0.0.1", "10.0.0.1", true),
        ("10.0.0.1", "10.0.0.2", false),
        ("0.0.0.0/0", "255.1.2.3", true), ("0.0.0.0/0", "::1", false), ("::/0", "2001:db8::1", true),
        ("::/0", "10.0.0.1", false), ("::/0", "::ffff:10.0.0.1", false), ("fd00::/8", "fdff::1", true),
        ("fd00::/8", "fe00::1", false), ("2001:db8::/33", "2001:db8:7fff::", true),
        ("2001:db8::/33", "2001:db8:8000::", false), ("128.0.0.0/1", "127.255.255.255", false),
    ]) func contains(range: String, address: String, expected: Bool) throws {
        #expect(try NetworkRange(range).contains(#require(IPAddress(address))) == expected)
    }

    /// Membership is the same as lying between the first and the last address.
    @Test func containsAgreesWithComparison() throws {
        var random = SeededGenerator(5)
        for round in 0..<4_000 {
            let family: IPAddress.Family = round.isMultiple(of: 2) ? .v4 : .v6
            let length = Int.random(in: 0...family.bitCount, using: &random)
            // The top bit keeps IPv6 addresses away from the mapped ones, which count as IPv4.
            let seed = UInt128.random(in: 0...UInt128.max, using: &random) | (1 << 127)
            let base = IPAddress(family: family, bits: seed).masked(prefixLength: max(length, 1))
            let range = try NetworkRange("\(base)/\(max(length, 1))")
            let size = UInt128(1) << UInt128(family.bitCount - max(length, 1))
            for offset in [0, size / 2, size - 1, size, UInt128.random(in: 0...size, using: &random)] {
                let address = IPAddress(family: family, bits: base.bits &+ offset)
                let isInside = address.bits >= base.bits && address.bits - base.bits < size
                #expect(range.contains(address) == isInside, "\(range) \(address)")
            }
        }
    }

    @Test func errorsSayWhatWouldBeRight() {
        #expect("\(NetworkRangeError.bitsAfterPrefix(rangeMeant: "10.0.0.0/8"))".contains("10.0.0.0/8"))
        #expect("\(NetworkRangeError.lengthOutOfRange(longest: 32))".contains("0 to 32"))
    }
}
