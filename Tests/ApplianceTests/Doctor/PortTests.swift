import Domain
import TestSupport
import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Ports and firewalls.
@Suite(.patient) struct PortTests {
    private func fixture(http: String, ssh: String = "") throws -> DoctorFixture {
        let fixture = try DoctorFixture()
        fixture.configuration = try load(flags: ["http.listen": http, "ssh.listen": ssh])
        return fixture
    }

    // MARK: ports

    @Test func freeWhileNothingRuns() async throws {
        let fixture = try fixture(http: "127.0.0.1:\(try LoopbackPort.pick())", ssh: "127.0.0.1:0")
        let findings = await PortCheck().run(fixture.context)
        #expect(findings.states == [.ok, .ok], "\(findings.words)")
        #expect(findings.words.contains("is free") && findings.words.contains("a port is 0"))
    }

    @Test func takenWhileNothingRuns() async throws {
        let server = try SmallServer()
        let fixture = try fixture(http: "\(server.address)")
        fixture.answer([
            "ss -H -ltnp sport = :\(server.port)":
                "LISTEN 0 511 0.0.0.0:8080 0.0.0.0:* users:((\"nginx\",pid=812,fd=6),(\"nginx\",pid=813,fd=6))\n"
        ])
        let findings = await PortCheck().run(fixture.context)
        #expect(findings.states == [.failed])
        #expect(findings.words.contains("is taken by nginx (process 812)"), "\(findings.words)")
        fixture.machine.run = { _, _ in nil }
        #expect(await PortCheck().run(fixture.context).words.contains("is taken by another program"))
        // Somebody who cannot see whether the appliance runs cannot say whose it is.
        fixture.contact = .hidden
        #expect(await PortCheck().run(fixture.context).states == [.unknown])
    }

    @Test func addressOfAnotherBox() async throws {
        let findings = await PortCheck().run(try fixture(http: "192.0.2.1:8080").context)
        #expect(findings.states == [.failed] && findings.words.contains("no such address"), "\(findings.words)")
    }

    @Test func runningWithOtherPorts() async throws {
        let fixture = try fixture(
            http: "127.0.0.1:\(try LoopbackPort.pick())", ssh: "127.0.0.1:\(try LoopbackPort.pick())")
        fixture.contact = .silent
        let findings = await PortCheck().run(fixture.context)
        #expect(findings.states == [.failed, .failed] && findings.words.contains("another configuration"))
    }

    @Test("Who answers on the appliance's ports has to be the appliance")
    func strangersOnThePorts() async throws {
        let web = try SmallServer(greeting: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        let other = try SmallServer(greeting: "SSH-2.0-OpenSSH_9.2p1\r\n")
        let ours = try SmallServer(greeting: "SSH-2.0-libssh_0.10.6\r\n")
        let fixture = try fixture(http: "\(web.address)", ssh: "\(other.address),\(ours.address)")
        fixture.contact = .silent
        let findings = await PortCheck().run(fixture.context)
        #expect(findings.states == [.failed, .failed, .ok], "\(findings.words)")
    }

    @Test func lowPort() async throws {
        let fixture = try fixture(http: "127.0.0.1:\(try LoopbackPort.pick())")
        try fixture.put("/proc/sys/net/ipv4/ip_unprivileged_port_start", "32768\n")
        #expect(await PortCheck().run(fixture.context).states == [.ok])
        fixture.unit = ServiceUnit(["User": "lpr-appliance", "AmbientCapabilities": ""])
        let findings = await PortCheck().run(fixture.context)
        #expect(findings.states == [.failed, .ok] && findings.words.contains("low-port.conf"))
        fixture.unit = ServiceUnit(["User": "lpr-appliance", "AmbientCapabilities": "cap_net_bind_service"])
        #expect(await PortCheck().run(fixture.context).states == [.ok])
    }

    // MARK: firewall

    /// What is in `user.rules` (the marks that ufw reads its own file by), and whether 8080 and 2222 are open by it.
    @Test(arguments: [
        (
            "### tuple ### allow tcp 8080 0.0.0.0/0 any 0.0.0.0/0 in\n### tuple ### allow any 2222 ::/0 any ::/0 in\n",
            true
        ),
        ("### tuple ### allow tcp 2222,8080 0.0.0.0/0 any 192.168.1.0/24 LPR%20Appliance - in\n", true),
        ("### tuple ### limit tcp 2000:9000 0.0.0.0/0 any 0.0.0.0/0 in_eth0\n", true),
        ("### tuple ### allow any any 0.0.0.0/0 any 192.168.1.0/24 in\n", true),
        ("### tuple ### allow tcp 8080 0.0.0.0/0 any 0.0.0.0/0 in\n", false),
        ("### tuple ### deny tcp 2222,8080 0.0.0.0/0 any 0.0.0.0/0 in\n", false),
        ("### tuple ### allow udp 2222,8080 0.0.0.0/0 any 0.0.0.0/0 in\n", false),
        ("### tuple ### allow tcp 2222,8080 0.0.0.0/0 any 0.0.0.0/0 out\n", false),
        ("### tuple ### route:allow tcp 2222,8080 0.0.0.0/0 any 0.0.0.0/0 in\n", false),
        ("-A ufw-user-input -p tcp --dport 8080 -j ACCEPT\n### tuple ###\n### tuple ### allow tcp\n", false),
    ])
    func ufw(rules: String, isOpen: Bool) throws {
        let fixture = try fixture(http: "0.0.0.0:8080", ssh: "0.0.0.0:2222")
        try fixture.put("/etc/ufw/ufw.conf", "# comment\nENABLED=yes\nLOGLEVEL=low\n")
        try fixture.put("/etc/ufw/user.rules", rules)
        let findings = FirewallCheck().look(fixture)
        #expect(findings.states == [isOpen ? .ok : .warning], "\(findings.words)")
        if !isOpen { #expect(findings.words.contains("sudo ufw allow 2222/tcp")) }
    }

    @Test func ufwThatTellsNothing() throws {
        let fixture = try fixture(http: "0.0.0.0:8080")
        try fixture.put("/etc/ufw/ufw.conf", "ENABLED=yes\n")
        #expect(FirewallCheck().look(fixture).states == [.unknown])
        try fixture.put("/etc/default/ufw", "DEFAULT_INPUT_POLICY=\"ACCEPT\"\n")
        #expect(FirewallCheck().look(fixture).states == [.ok])
        try fixture.put("/etc/ufw/ufw.conf", "ENABLED=no\n")
        #expect(FirewallCheck().look(fixture).words.contains("none on this box"))
    }

    private static func ruleset(_ policy: String, _ rule: String) -> String {
        """
        table inet filter {
            chain input {
                type filter hook input priority filter; policy \(policy);
                \(rule)
            }
        }

        """
    }

    @Test(arguments: [
        ("drop", "tcp dport { 22, 8080 } accept", Finding.State.ok), ("drop", "tcp dport 22 accept", .warning),
        ("drop", "tcp dport 18080 accept", .warning), ("accept", "", .ok),
    ])
    func nftables(policy: String, rule: String, state: Finding.State) throws {
        let fixture = try fixture(http: "0.0.0.0:8080")
        fixture.machine.hasProgram = { $0 == "nft" }
        fixture.machine.userID = 0
        fixture.answer(["nft list ruleset": Self.ruleset(policy, rule)])
        #expect(FirewallCheck().look(fixture).states == [state])
        fixture.machine.userID = 1_000
        #expect(FirewallCheck().look(fixture).states == [.unknown])
    }

    @Test func noNeedForAFirewall() throws {
        #expect(FirewallCheck().look(try fixture(http: "127.0.0.1:8080,[::1]:8080")).words.contains("this box alone"))
    }
}
