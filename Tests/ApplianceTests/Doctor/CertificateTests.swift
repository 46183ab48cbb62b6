import Domain
import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct CertificateTests {
    /// Makes a certificate with its key, valid for `days` from now on.
    private func make(_ name: String, days: Int, in fixture: DoctorFixture) throws -> (certificate: String, key: String)
    {
        let (certificate, key) = ("\(fixture.data)/\(name).pem", "\(fixture.data)/\(name).key")
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=gate-1",
            "-days", "\(days)", "-out", certificate, "-keyout", key,
        ]
        let result = ProgramCall.run("openssl", arguments, limit: .seconds(60))
        try #require(result?.exitStatus == 0, "this test needs openssl")
        return (certificate, key)
    }

    private func fixture() throws -> DoctorFixture {
        let fixture = try DoctorFixture()
        // The certificates begin now.
        fixture.machine.now = { SystemClock.now }
        return fixture
    }

    private func set(_ certificate: String, _ key: String, _ fixture: DoctorFixture) {
        fixture.configuration.tls = TLSSettings(certificate: certificate, key: key)
    }

    @Test func none() throws {
        #expect(CertificateCheck().look(try fixture()).states == [.ok])
    }

    @Test(arguments: [(90, Finding.State.ok, "days"), (20, .warning, "more days")] as [(Int, Finding.State, String)])
    func valid(days: Int, state: Finding.State, word: String) throws {
        let fixture = try fixture()
        let pair = try make("gate", days: days, in: fixture)
        set(pair.certificate, pair.key, fixture)
        let findings = CertificateCheck().look(fixture)
        #expect(findings.states == [state] && findings.words.contains(word), "\(findings.words)")
    }

    @Test func outOfItsTime() throws {
        let fixture = try fixture()
        let pair = try make("gate", days: 20, in: fixture)
        set(pair.certificate, pair.key, fixture)
        let now = SystemClock.now
        fixture.machine.now = { now + .seconds(30 * 86_400) }
        #expect(CertificateCheck().look(fixture).words.contains("failed: the certificate was valid until"))
        fixture.machine.now = { now - .seconds(30 * 86_400) }
        #expect(CertificateCheck().look(fixture).words.contains("look at the clock"))
    }

    @Test func keyOfAnotherCertificate() throws {
        let fixture = try fixture()
        let (one, other) = (try make("one", days: 90, in: fixture), try make("other", days: 90, in: fixture))
        set(one.certificate, other.key, fixture)
        #expect(
            CertificateCheck().look(fixture).words.contains("failed: \(one.certificate) and \(other.key) do not belong")
        )
        try fixture.writeData("other.key", "nonsense")
        #expect(CertificateCheck().look(fixture).states == [.failed])
        set(one.certificate, fixture.data + "/none", fixture)
        #expect(CertificateCheck().look(fixture).words.contains("/none does not exist"))
    }

    @Test func whoMayReadTheKey() throws {
        let fixture = try fixture()
        let pair = try make("gate", days: 90, in: fixture)
        set(pair.certificate, pair.key, fixture)
        try #require(chmod(pair.key, 0o644) == 0)
        #expect(CertificateCheck().look(fixture).words.contains("sudo chmod o= \(pair.key)"))
        try fixture.put("/etc/passwd", "lpr:x:54321:54321::/:/bin/false\n")
        fixture.unit = ServiceUnit(["User": "lpr"])
        let words = CertificateCheck().look(fixture).words
        #expect(words.contains("failed: user lpr may not read \(pair.certificate)"), "\(words)")
    }
}
