import Domain
import TestSupport
import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the appliance connects to, with servers on this machine.
@Suite(.patient) struct NetworkTests {
    private func fixture(_ flags: [String: String], component: (name: String, value: JSONObject)? = nil) throws
        -> DoctorFixture
    {
        let fixture = try DoctorFixture()
        fixture.configuration = try load(flags: flags)
        if let component {
            let health: JSONObject = ["components": .object([component.name: .object(component.value)])]
            // As root the password files below belong to the user who looks.
            fixture.contact = .admin(health: health, accounts: 1)
        }
        fixture.configuration.dataDirectory = fixture.data
        return fixture
    }

    @Test func probes() async throws {
        let server = try SmallServer(greeting: "SSH-2.0-libssh_0.10.6\r\n")
        #expect(await TCPProbe.connect("127.0.0.1", server.port) == .open)
        #expect(await TCPProbe.connect("localhost", server.port) == .open)
        #expect(await TCPProbe.greeting("127.0.0.1", server.port) == "SSH-2.0-libssh_0.10.6\r\n")
        let closed = Int(try LoopbackPort.pick())
        #expect(await TCPProbe.connect("127.0.0.1", closed) == .refused)
        #expect(await TCPProbe.greeting("127.0.0.1", closed) == nil)
    }

    @Test("A server that takes no more connections gives no answer, and the wait for it ends")
    func silence() async throws {
        let server = try SmallServer(backlog: 0)
        // Fills the row of those that wait to be accepted; from then on the kernel drops who comes.
        let waiting = try (0..<2).map { _ in try self.begin(connectionTo: server.port) }
        defer { for descriptor in waiting { close(descriptor) } }
        let outcome = await Patience.$factor.withValue(1) { await TCPProbe.connect("127.0.0.1", server.port) }
        #expect(outcome == .silent)
    }

    private func begin(connectionTo port: Int) throws -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        try #require(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0 || errno == EINPROGRESS)
        return descriptor
    }

    // MARK: brokers

    @Test func noBroker() async throws {
        let fixture = try fixture([:])
        #expect(await BrokerCheck().run(fixture.context).states == [.ok])
        fixture.reading = .hidden(file: "/etc/lpr-appliance/appliance.conf")
        #expect(await BrokerCheck().run(fixture.context).states == [.unknown])
        let problem = ConfigurationProblem(source: .flag(name: "a"), key: "a", wrong: "is wrong", right: "mend it")
        fixture.reading = .wrong([problem])
        for check in [BrokerCheck(), UpstreamCheck(), CertificateCheck()] as [any DoctorCheck] {
            #expect(await check.run(fixture.context).words.contains("while the configuration is wrong"), "\(check.id)")
        }
    }

    @Test func oneOfTwoBrokers() async throws {
        let server = try SmallServer()
        let closed = try LoopbackPort.pick()
        let both = try fixture(["mqtt.brokers": "mqtt://127.0.0.1:\(closed),mqtt://127.0.0.1:\(server.port)"])
        let findings = await BrokerCheck().run(both.context)
        #expect(findings.states == [.warning, .ok], "\(findings.words)")
        let one = try fixture(["mqtt.brokers": "mqtt://127.0.0.1:\(closed)"])
        let words = await BrokerCheck().run(one.context).words
        #expect(words.contains("failed: mqtt://127.0.0.1:\(closed) refuses the connection"), "\(words)")
    }

    @Test(
        arguments: [
            ("ok", nil, Finding.State.ok), ("failed", "the broker refuses the password", .failed),
            ("degraded", "connecting", .warning), ("off", nil, .warning),
        ] as [(String, String?, Finding.State)])
    func whatTheApplianceSaysOfItsBroker(state: String, error: String?, expected: Finding.State) async throws {
        let server = try SmallServer()
        let fixture = try fixture(
            ["mqtt.brokers": "mqtt://127.0.0.1:\(server.port)"],
            component: ("mqtt", ["state": .string(state), "last_error": .optional(error)]))
        let findings = await BrokerCheck().run(fixture.context)
        #expect(findings.states == [.ok, expected])
        if let error { #expect(findings.words.contains(error)) }
    }

    @Test func passwordFileOfTheBroker() async throws {
        let server = try SmallServer()
        let fixture = try fixture(["mqtt.brokers": "mqtt://127.0.0.1:\(server.port)"])
        fixture.configuration.mqtt.passwordFile = fixture.data + "/password"
        #expect(await BrokerCheck().run(fixture.context).words.contains("does not exist"))
        try fixture.writeData("password", "very secret\n")
        #expect(await BrokerCheck().run(fixture.context).states == [.ok])
        try fixture.put("/etc/passwd", "lpr:x:54321:54321::/:/bin/false\n")
        fixture.unit = ServiceUnit(["User": "lpr"])
        let words = await BrokerCheck().run(fixture.context).words
        #expect(words.contains("failed: user lpr may not read mqtt.password_file"), "\(words)")
        #expect(!words.contains("very secret"))
        // Systemd reads what lies there, and hands it over.
        fixture.configuration.mqtt.passwordFile = DoctorContext.credentials + "/mqtt.password"
        #expect(await BrokerCheck().run(fixture.context).states == [.ok])
    }

    // MARK: central database

    @Test func centre() async throws {
        #expect(await UpstreamCheck().run(try fixture([:]).context).states == [.ok])
        let server = try SmallServer()
        let closed = try LoopbackPort.pick()
        let url = "postgresql://gate:very-secret@127.0.0.1:\(server.port),localhost:\(closed)/lpr"
        let findings = await UpstreamCheck().run(try fixture(["upstream.url": url]).context)
        #expect(findings.states == [.ok, .warning], "\(findings.words)")
        #expect(!findings.words.contains("very-secret"))
        let socket = try fixture(["upstream.url": "postgresql:///lpr?host=/var/run/postgresql"])
        #expect(await UpstreamCheck().run(socket.context) == [.ok("it is reached by a socket on this box")])
    }

    @Test(
        arguments: [
            (["state": "ok", "lag_rows": 12], Finding.State.ok, "12 changes wait"),
            (
                ["state": "degraded", "last_error": "the central database refuses the password"], .warning,
                "upstream status"
            ),
            (["state": "off"], .warning, "sends nowhere"),
        ] as [(JSONObject, Finding.State, String)])
    func whatTheApplianceSaysOfTheCentre(component: JSONObject, state: Finding.State, word: String) async throws {
        let server = try SmallServer()
        let fixture = try fixture(
            ["upstream.url": "postgresql://gate@127.0.0.1:\(server.port)/lpr"], component: ("upstream", component))
        let findings = await UpstreamCheck().run(fixture.context)
        #expect(findings.states == [.ok, state] && findings.words.contains(word), "\(findings.words)")
    }
}
