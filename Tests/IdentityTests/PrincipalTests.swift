import Domain
import Testing

@testable import Identity

@Suite struct PrincipalTests {
    @Test func aTrustedAddressMaySendEventsAndNothingElse() {
        let camera = Principal.trustedNetwork(address: "192.0.2.9")
        #expect(camera.isFromTrustedNetwork)
        #expect(camera.maySendEvents(of: "gate-1"))
        #expect(!camera.speaks(for: "gate-1"))
        for role in Role.allCases { #expect(!camera.allows(role)) }
    }

    @Test(arguments: [(Role.admin, true), (.operator, true), (.viewer, false), (.metrics, false)])
    func whoMaySendForAnyDevice(_ role: Role, isAllowed: Bool) {
        #expect(Principal(subject: .user(name: "anna"), role: role).maySendEvents(of: "gate-1") == isAllowed)
    }

    @Test(arguments: [
        (Principal.Subject.user(name: "anna"), "user:anna", "anna"),
        (.apiKey(id: "ABC"), "key:ABC", "key ABC"),
        (.trustedAddress("2001:db8::1:2:3:4"), "address:2001:db8::/64", "address 2001:db8::1:2:3:4"),
        (.console, "console", "console"),
    ])
    func names(_ subject: Principal.Subject, key: String, display: String) {
        let principal = Principal(subject: subject, role: .viewer)
        #expect(principal.rateLimitKey == key)
        #expect(principal.displayName == display)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"), ("unix", "unix"), ("", ""),
    ])
    func addressGroup(_ address: String, group: String) {
        #expect(AddressGroup(address).description == group)
    }

    @Test func aLongAddressIsCut() {
        #expect(AddressGroup(String(repeating: "x", count: 1_000)).description.count == 64)
    }
}
