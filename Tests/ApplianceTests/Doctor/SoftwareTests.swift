import Domain
import TestSupport
import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Libraries, programs and backups.
struct SoftwareTests {
    // MARK: libraries

    @Test func librariesOfThisMachine() throws {
        let findings = LibraryCheck().look(try DoctorFixture())
        #expect(findings.states == [.ok], "\(findings.words)")
        for name in ["SQLite 3.", "libssh 0.", "libpq 1", "libmosquitto 2.", "zlib 1.", "OpenSSL 3."] {
            #expect(findings.words.contains(name), "\(name): \(findings.words)")
        }
    }

    @Test(
        arguments: [
            ("3.37.0", "3.37.0", true), ("3.40.1", "3.37.0", true), ("3.9.2", "3.37.0", false), ("14.1", "14", true),
            ("13.9", "14", false), ("0.10.6", "0.9.6", true), ("1.2.13.dfsg", nil, true),
        ] as [(String, String?, Bool)])
    func versions(version: String, minimum: String?, isNewEnough: Bool) {
        #expect(Library(name: "library", version: version, minimum: minimum).isNewEnough == isNewEnough)
    }

    @Test func oldLibrary() throws {
        let check = LibraryCheck(libraries: {
            [Library(name: "libssh", version: "0.9.3", minimum: "0.9.6"), Library(name: "zlib", version: "1.2.13")]
        })
        let fixture = try DoctorFixture()
        fixture.answer(["dpkg-query": "1:2.1.5-2\n"])
        let findings = check.look(fixture)
        #expect(findings.states == [.failed, .ok] && findings.words.contains("libssh 0.9.3 is older than 0.9.6"))
        #expect(findings.words.contains("libjpeg-turbo 1:2.1.5-2"))
    }

    // MARK: rsync

    @Test func rsync() throws {
        let fixture = try DoctorFixture()
        fixture.answer(["rsync --version": "rsync  version 3.2.7  protocol version 31\nCopyright …\n"])
        #expect(
            RsyncCheck().look(fixture).map(\.text) == [
                "the kernel can confine it (Landlock 4)", "rsync 3.2.7 is installed",
            ])
        fixture.machine.run = { _, _ in nil }
        #expect(RsyncCheck().look(fixture).words.contains("sudo apt install rsync"))
        fixture.configuration.ssh.listen = []
        #expect(RsyncCheck().look(fixture).states == [.ok])
    }

    @Test func kernelThatCannotConfine() throws {
        let fixture = try DoctorFixture()
        fixture.machine.landlockVersion = { 0 }
        #expect(RsyncCheck().look(fixture).words.contains("this is 6.1.0-28-arm64"))
        try fixture.put("/sys/kernel/security/lsm", "lockdown,capability,yama,apparmor")
        let findings = RsyncCheck().look(fixture)
        #expect(findings.first?.state == .warning && findings.words.contains("lsm="))
    }

    // MARK: backups

    private func age(_ path: String, days: Int) throws {
        let time = timespec(tv_sec: Int(DoctorFixture.now.microseconds / 1_000_000) - days * 86_400, tv_nsec: 0)
        try #require(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
    }

    @Test(arguments: [(0, Finding.State.ok), (7, .ok), (9, .warning)])
    func newestBackup(days: Int, state: Finding.State) throws {
        let fixture = try DoctorFixture()
        for (name, age) in [("appliance-20260101T010000Z.sqlite", 300), ("appliance-20261120T010000Z.sqlite", days)] {
            try fixture.writeData("backups/" + name)
            try self.age("\(fixture.data)/backups/\(name)", days: age)
        }
        let findings = BackupCheck().look(fixture)
        #expect(findings.states == [state], "\(findings.words)")
    }

    @Test func noBackup() throws {
        let fixture = try DoctorFixture()
        try age(fixture.data + "/keys", days: 2)
        let young = BackupCheck().look(fixture)
        #expect(young.states == [.ok] && young.words.contains("makes none by itself"), "\(young.words)")
        try age(fixture.data + "/keys", days: 20)
        #expect(BackupCheck().look(fixture).states == [.warning])
        fixture.configuration.dataDirectory = fixture.data + "/none"
        #expect(BackupCheck().look(fixture).states == [.unknown])
    }

    // MARK: programs of the system

    /// However busy the machine is.
    private static let patience = Duration.seconds(300)

    private static func run(_ name: String, _ arguments: [String] = []) -> ProgramCall.Result? {
        ProgramCall.run(name, arguments, limit: patience)
    }

    @Test func programs() {
        #expect(Self.run("echo", ["a b"]) == ProgramCall.Result(exitStatus: 0, output: "a b\n"))
        #expect(Self.run("false")?.exitStatus == 1)
        #expect(Self.run("no-such-program") == nil)
        #expect(ProgramCall.path(of: "sh") != nil && ProgramCall.path(of: "no-such-program") == nil)
        // Not the words of this user's language, and nothing of this user's PATH.
        #expect(Self.run("env")?.output.contains("LC_ALL=C\nPATH=/usr/sbin:") == true)
    }

    @Test("A program that does not end is ended")
    func programsThatHang() {
        let begin = ContinuousClock().now
        #expect(ProgramCall.run("sleep", ["600"], limit: .milliseconds(100)) == nil)
        #expect(Self.run("yes") == nil, "more than is read")
        #expect(ContinuousClock().now - begin < Self.patience)
    }

    // MARK: files of the system

    @Test func files() throws {
        let fixture = try DoctorFixture()
        try fixture.put("/etc/a", "  one two \n").put("/etc/empty").put("/etc/c", "A=1\n#B=2\nC='x y'\n")
        let files = fixture.machine.files
        #expect(files.word("/etc/a") == "one two" && files.word("/etc/empty") == "" && files.word("/etc/none") == nil)
        #expect(files.assignments("/etc/c") == ["A": "1", "C": "x y"])
        #expect(files.words(after: "  one", in: "/etc/a") == ["two"])
        #expect(files.names(in: "/etc") == ["a", "c", "empty"] && files.names(in: "/none").isEmpty)
        #expect(files.text("/etc") == nil)
        try fixture.link("/sys/link", to: "../etc/a")
        #expect(files.resolved("/sys/link") == "/etc/a")
        try fixture.link("/sys/outside", to: "/tmp")
        #expect(files.resolved("/sys/outside") == nil)
    }
}
