import Testing

@testable import Appliance

struct LocalNameTests {
    private static let name = "busctl --system --timeout=2 -- call org.freedesktop.Avahi / org.freedesktop.Avahi.Server"
    private static let announcement = "/etc/avahi/services/lpr-appliance.service"

    /// A box with avahi, which has the name `own`.
    private func fixture(own: String = "gate-1.local", found: Bool = true) throws -> DoctorFixture {
        let fixture = try DoctorFixture()
        try fixture.put("/usr/sbin/avahi-daemon")
        try fixture.process("avahi-daemon")
        var answers = ["\(Self.name) GetHostNameFqdn": "s \"\(own)\"\n"]
        answers["\(Self.name) ResolveHostName iisiu -1 -1 \(own) -1 0"] =
            found ? "iisisu 2 0 \"\(own)\" 0 \"192.168.1.20\" 5\n" : nil
        fixture.answer(answers)
        return fixture
    }

    /// The file that the package brings.
    private func packaged() throws -> String {
        let package = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return try #require(SystemFiles().text("/\(package)/packaging/avahi/lpr-appliance.service"))
    }

    @Test func foundAndAnnounced() throws {
        let fixture = try fixture()
        try fixture.put(Self.announcement, try packaged())
        let findings = LocalNameCheck().look(fixture)
        #expect(
            findings == [
                .ok("http://gate-1.local:8080 (192.168.1.20)"), .ok("the page is announced (_http._tcp, port 8080)"),
            ])
    }

    @Test func otherPortOrEncryption() throws {
        let fixture = try fixture()
        try fixture.put(Self.announcement, try packaged())
        fixture.configuration = try load(flags: ["http.listen": "0.0.0.0:80"])
        #expect(LocalNameCheck().look(fixture).words.contains("port 8080 is announced, but the page is at port 80"))
        fixture.configuration = try load(flags: ["tls.certificate": "/a", "tls.key": "/b"])
        let words = LocalNameCheck().look(fixture).words
        #expect(
            words.contains("https://gate-1.local:8080") && words.contains("not announced as _https._tcp"), "\(words)")
    }

    @Test func notAnnounced() throws {
        let findings = LocalNameCheck().look(try fixture())
        #expect(findings.states == [.ok, .warning] && findings.words.contains("/etc/avahi/services/"))
    }

    @Test func nameOfAnotherMachine() throws {
        let words = LocalNameCheck().look(try fixture(own: "gate-1-2.local")).words
        #expect(
            words.contains("warning: http://gate-1-2.local:8080: another machine has the name gate-1.local"), "\(words)"
        )
        #expect(LocalNameCheck().look(try fixture(found: false)).words.contains("5353"))
        let mute = try fixture()
        mute.machine.run = { _, _ in nil }
        #expect(LocalNameCheck().look(mute).states.first == .unknown)
    }

    @Test func withoutAvahi() throws {
        let fixture = try DoctorFixture()
        let findings = LocalNameCheck().look(fixture)
        #expect(findings.states == [.ok] && findings.words.contains("sudo apt install avahi-daemon"))
        try fixture.put("/usr/sbin/avahi-daemon")
        #expect(LocalNameCheck().look(fixture).words.contains("systemctl enable --now avahi-daemon"))
        fixture.configuration = try load(flags: ["http.listen": "127.0.0.1:8080"])
        #expect(LocalNameCheck().look(fixture).words.contains("not needed"))
    }
}
