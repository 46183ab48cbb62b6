import Domain
import TestSupport
import Testing

@Suite("What proxies say of their clients")
struct TrustedProxiesTests {
    private static func proxies() throws -> TrustedProxies {
        TrustedProxies(try ["192.168.1.0/30", "127.0.0.1", "fd00:1::/64"].map { try NetworkRange($0) })
    }

    private static func address(_ peer: String, _ headers: [String]) throws -> String {
        try proxies().client(
            of: ClientConnection(address: peer, isTLS: false), forwardedFor: headers, forwardedProto: []
        ).address
    }

    /// The header lines, and the address that counts when 192.168.1.2 sends them; `nil` is its own.
    static let cases: [(headers: [String], expected: String?)] = [
        ([], nil), (["203.0.113.7"], "203.0.113.7"), (["2001:DB8:0::7"], "2001:db8::7"),
        // The right-most that is no proxy; what the client made up stands left of it.
        (["10.9.0.5, 203.0.113.7"], "203.0.113.7"), (["203.0.113.7,192.168.1.3"], "203.0.113.7"),
        (["203.0.113.7, 192.168.1.3, 127.0.0.1 ,\tfd00:1::9"], "203.0.113.7"),
        (["127.0.0.1, 203.0.113.7"], "203.0.113.7"), (["10.9.0.5", "203.0.113.7"], "203.0.113.7"),
        (["203.0.113.7", "192.168.1.3"], "203.0.113.7"), (["203.0.113.7, 192.168.1.3", "127.0.0.1"], "203.0.113.7"),
        // Proxies only: the one that is farthest away.
        (["192.168.1.3"], "192.168.1.3"), (["127.0.0.1, 192.168.1.3"], "127.0.0.1"),
        // Forms that proxies write.
        (["203.0.113.7:40312"], "203.0.113.7"), (["[2001:db8::7]"], "2001:db8::7"),
        (["[2001:db8::7]:443"], "2001:db8::7"), (["fe80::7%eth0"], "fe80::7"), (["[fe80::7%eth0.1]:9"], "fe80::7"),
        (["::ffff:203.0.113.7"], "203.0.113.7"), (["[::ffff:192.168.1.3]:1"], "192.168.1.3"),
        (["  \t203.0.113.7\t "], "203.0.113.7"),
        // Right of which nothing is believed.
        ([""], nil), ([" "], nil), ([","], nil), (["203.0.113.7,"], nil), (["203.0.113.7", ""], nil),
        (["203.0.113.7, unknown"], nil), (["203.0.113.7, unix:"], nil), (["203.0.113.7, _hidden"], nil),
        (["203.0.113.7, 192.168.1.3, x, 127.0.0.1"], nil), (["203.0.113.7 10.0.0.1"], nil),
        (["203.0.113.7;10.0.0.1"], nil), (["\"203.0.113.7\""], nil), (["for=203.0.113.7"], nil),
        (["203.0.113.7:"], nil), (["203.0.113.7:port"], nil), (["203.0.113.7:1:2"], nil),
        (["203.0.113.7:123456"], nil), (["203.0.113.007"], nil), (["203.0.113"], nil), (["3405803783"], nil),
        (["0x7f.1"], nil), (["[203.0.113.7]"], nil), (["[2001:db8::7"], nil), (["2001:db8::7]"], nil),
        (["[2001:db8::7]x"], nil), (["[2001:db8::7]:"], nil), (["[]"], nil), (["["], nil), (["fe80::7%"], nil),
        (["fe80::7%eth0%eth1"], nil), (["fe80::7%a-name-of-sixteen"], nil), (["fe80::7%e th"], nil),
        (["203.0.113.7%eth0"], nil), (["203.0.113.7\r"], nil), (["203.0.113.7\u{0}"], nil), (["٢٠٣.0.113.7"], nil),
        (["[\u{301}2001:db8::7]"], nil), (["localhost"], nil), (["0.0.0.0/0"], nil),
        // Left of what counts nothing is looked at.
        (["unknown, 203.0.113.7"], "203.0.113.7"), (["", "203.0.113.7"], "203.0.113.7"),
        ([",,,203.0.113.7"], "203.0.113.7"),
    ]

    @Test("addresses", arguments: cases.indices)
    func address(index: Int) throws {
        let (headers, expected) = Self.cases[index]
        #expect(try Self.address("192.168.1.2", headers) == expected ?? "192.168.1.2", "\(headers)")
        #expect(try Self.address("fd00:1::2", headers) == expected ?? "fd00:1::2", "\(headers)")
        for stranger in ["192.168.1.4", "203.0.113.9", "fd00:2::2", "local", ""] {
            #expect(try Self.address(stranger, headers) == stranger, "\(headers)")
        }
    }

    @Test("a client cannot push out what the proxy has added")
    func manyEntries() throws {
        let many = Array(repeating: "10.9.0.5", count: 10_000).joined(separator: ",")
        #expect(try Self.address("127.0.0.1", ["\(many), 203.0.113.7"]) == "203.0.113.7")
        #expect(
            try Self.address("127.0.0.1", Array(repeating: "10.9.0.5", count: 10_000) + ["203.0.113.7"])
                == "203.0.113.7")
        #expect(
            try Self.address("127.0.0.1", [String(repeating: "x", count: 1 << 20) + ",203.0.113.7"]) == "203.0.113.7")
        #expect(try Self.address("127.0.0.1", [String(repeating: "1", count: 1 << 20)]) == "127.0.0.1")
        #expect(try Self.address("127.0.0.1", ["203.0.113.7" + String(repeating: " ", count: 1 << 20)]) == "127.0.0.1")
    }

    @Test("of a chain of proxies without end, only the near ones are looked at")
    func longChains() throws {
        func chain(_ count: Int) -> String {
            "203.0.113.7" + String(repeating: ", 192.168.1.3", count: count)
        }
        #expect(try Self.address("127.0.0.1", [chain(31)]) == "203.0.113.7")
        #expect(try Self.address("127.0.0.1", [chain(32)]) == "127.0.0.1")
        #expect(try Self.address("127.0.0.1", [chain(10_000)]) == "127.0.0.1")
        #expect(try Self.address("127.0.0.1", Array(repeating: "192.168.1.3", count: 10_000)) == "127.0.0.1")
    }

    @Test(
        "whether the client speaks TLS",
        arguments: [
            (["https"], true), (["http"], false), (["HTTPS "], true), (["wss"], true), (["ws"], false),
            (["http, https"], true), (["https,http"], false), (["https", "http"], false), ([], nil), ([""], nil),
            (["https,"], nil), (["ftp"], nil), (["https https"], nil),
            ([String(repeating: "https,", count: 10_000)], nil),
            ([String(repeating: " ", count: 4_096) + "https"], nil), (["http\u{301}"], nil),
        ] as [([String], Bool?)])
    func proto(headers: [String], expected: Bool?) throws {
        for isTLS in [false, true] {
            func client(_ peer: String) throws -> Bool {
                try Self.proxies().client(
                    of: ClientConnection(address: peer, isTLS: isTLS), forwardedFor: [], forwardedProto: headers
                ).isTLS
            }
            #expect(try client("127.0.0.1") == expected ?? isTLS)
            #expect(try client("127.0.0.2") == isTLS)
        }
    }

    @Test("without any, nothing is believed")
    func none() {
        let peer = ClientConnection(address: "127.0.0.1", isTLS: false)
        #expect(TrustedProxies().client(of: peer, forwardedFor: ["203.0.113.7"], forwardedProto: ["https"]) == peer)
    }

    @Test("a proxy is nobody's camera")
    func exception() throws {
        let networks = TrustedNetworks([try NetworkRange("192.168.1.0/24")], except: try Self.proxies())
        #expect(networks.contains("192.168.1.7") && networks.contains("::ffff:192.168.1.7"))
        #expect(!networks.contains("192.168.1.2") && !networks.contains("::ffff:192.168.1.2"))
    }

    @Test("headers that were damaged give an address, and only one that stands there")
    func random() throws {
        var generator = SeededGenerator(71)
        let sound = Self.cases.map { Array($0.headers.joined(separator: ", ").utf8) }
        for round in 0..<5_000 {
            let bytes = mutated(sound[round % sound.count], using: &generator)
            let lines = bytes.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
            let address = try Self.address("127.0.0.1", lines)
            #expect(IPAddress(address) != nil, "\(lines)")
            #expect(try Self.address("127.0.0.1", [lines.joined(separator: ",")]) == address, "\(lines)")
        }
    }
}
