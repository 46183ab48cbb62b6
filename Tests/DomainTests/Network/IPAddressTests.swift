import TestSupport
import Testing

@testable import Domain

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("192.168.1.10", "192.168.1.10"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("0001::000a", "1::a"),
        ("::ffff:192.168.1.1", "::ffff:192.168.1.1"), ("::ffff:c0a8:101", "::ffff:192.168.1.1"),
        ("64:ff9b::1.2.3.4", "64:ff9b::102:304"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ("0:0:1::", "0:0:1::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
    ]) func readsAndWrites(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
    }

    @Test(arguments: [
        "", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.00", "1.2.3.-4", "1.2.3.+4", "1.2..4",
        ".1.2.3.4", "1.2.3.4.", " 1.2.3.4", "1.2.3.4 ", "0x1.2.3.4", "1.2.3.4:80", "١.٢.٣.٤", "1.2.3.4\u{0}",
        ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1::2::3", "1:2:3:4::5:6:7:8",
        "::12345", "::g", "::+1", "::-1", ":1::", "1:", ":1", "::1:", "[::1]", "::1/128", "fe80::1%eth0", "::1.2.3",
        "::1.2.3.256", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "localhost",
        String(repeating: "1:", count: 1_000),
    ]) func refuses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func onlyMappedAddressesAreUnmapped() {
        #expect(IPAddress("::ffff:10.0.0.1")?.unmapped == IPAddress("10.0.0.1"))
        #expect(IPAddress("10.0.0.1")?.unmapped == IPAddress("10.0.0.1"))
        for text in ["::10.0.0.1", "1::ffff:a00:1", "::fffe:a00:1", "::1"] {
            #expect(IPAddress(text)?.unmapped == IPAddress(text))
        }
    }

    @Test(arguments: [
        ("192.168.77.200", 24, "192.168.77.0"), ("192.168.77.200", 32, "192.168.77.200"), ("1.2.3.4", 0, "0.0.0.0"),
        ("255.255.255.255", 1, "128.0.0.0"), ("2001:db8:1:2:3:4:5:6", 64, "2001:db8:1:2::"), ("ffff::1", 0, "::"),
        ("::1", 128, "::1"), ("::3", 127, "::2"), ("1.2.3.4", 99, "1.2.3.4"), ("1.2.3.4", -1, "0.0.0.0"),
    ]) func masks(text: String, prefixLength: Int, expected: String) {
        #expect(IPAddress(text)?.masked(prefixLength: prefixLength).description == expected)
    }

    @Test func everyAddressSurvivesItsText() {
        var random = SeededGenerator(11)
        for round in 0..<4_000 {
            let family: IPAddress.Family = round.isMultiple(of: 2) ? .v4 : .v6
            // Whole groups of zeros are what makes the text of an IPv6 address hard.
            var bits = UInt128.random(in: 0...UInt128.max, using: &random)
            for group in 0..<8 where Bool.random(using: &random) { bits &= ~(UInt128(0xffff) << UInt128(16 * group)) }
            let address = IPAddress(family: family, bits: bits)
            #expect(IPAddress(address.description) == address, "\(address)")
        }
    }

    @Test func randomTextIsAnAddressOnlyInItsOwnWords() {
        var random = SeededGenerator(12)
        let marks = Array("0123459af:::..")
        var accepted = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...16, using: &random)
            let text = String((0..<count).map { _ in marks.randomElement(using: &random) ?? "0" })
            guard let address = IPAddress(text) else { continue }
            accepted += 1
            #expect(IPAddress(address.description) == address, "\(text)")
            #expect(address.description.utf8.count <= 45)
        }
        #expect(accepted > 0)
    }
}
