import Domain
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The rules of packaging/examples/nftables.conf, loaded by the real `nft` into a network of their own.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct FirewallTests {
    @Test func siteBox() async throws {
        // Without root, a user namespace gives the right to have a network, where the system allows that.
        let rights = getuid() == 0 ? [] : ["--user", "--map-root-user"]
        let attempt = try await Program.run(["unshare"] + rights + ["--net", "true"])
        guard attempt.ending == .exited(0) else {
            print(
                "No network namespace can be made here, so the rules of the firewall are not tried: \(attempt.errors)")
            return
        }
        let seen = try await PythonProgram.run(
            "firewall", ["rules": "\(Place.package)/packaging/examples/nftables.conf"])
        #expect(seen["networks"]?.integerValue == 5)
    }
}
