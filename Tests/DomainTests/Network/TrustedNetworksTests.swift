import Domain
import Testing

@Suite("Trusted networks")
struct TrustedNetworksTests {
    @Test(
        "addresses",
        arguments: [
            ("10.1.2.3", true), ("10.2.0.0", false), ("::ffff:10.1.2.3", true), ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("2001:db8::1", true), ("2001:db9::1", false), ("", false), ("local", false), ("10.1.2.3:80", false),
            ("10.1.2", false), ("::", false),
        ])
    func contains(address: String, isTrusted: Bool) throws {
        let networks = TrustedNetworks(try ["10.1.0.0/16", "192.0.2.7", "2001:db8::/32"].map { try NetworkRange($0) })
        #expect(networks.contains(address) == isTrusted)
        #expect(!TrustedNetworks().contains(address))
    }
}
