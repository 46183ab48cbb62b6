import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct DataDirectoryTests {
    /// A user who owns nothing here.
    private static let stranger: UInt32 = 54_321

    @Test func asItIsMade() throws {
        let fixture = try DoctorFixture()
        try fixture.writeData("appliance.sqlite")
        try fixture.writeData("keys/token.pem")
        let findings = DataDirectoryCheck().look(fixture)
        #expect(findings.states == [.ok], "\(findings.words)")
        #expect(findings.words.contains("mode 0750"))
    }

    @Test func missing() throws {
        let fixture = try DoctorFixture()
        fixture.configuration.dataDirectory = fixture.data + "/elsewhere"
        #expect(DataDirectoryCheck().look(fixture).states == [.warning], "the first start makes it")
        fixture.unit = ServiceUnit([:])
        #expect(DataDirectoryCheck().look(fixture).states == [.failed])
        try fixture.writeData("file")
        fixture.configuration.dataDirectory = fixture.data + "/file"
        fixture.unit = nil
        #expect(DataDirectoryCheck().look(fixture).words.contains("is no directory"))
    }

    @Test func openToAll() throws {
        let fixture = try DoctorFixture()
        try #require(chmod(fixture.data, 0o755) == 0)
        let findings = DataDirectoryCheck().look(fixture)
        #expect(findings.states == [.warning] && findings.words.contains("sudo chmod 0750 \(fixture.data)"))
    }

    @Test func keysThatOthersCanRead() throws {
        let fixture = try DoctorFixture()
        try fixture.writeData("keys/token.pem", mode: 0o640)
        let findings = DataDirectoryCheck().look(fixture)
        #expect(findings.states == [.failed] && findings.words.contains("keys/token.pem"), "\(findings.words)")
        try #require(chmod(fixture.data + "/keys/token.pem", 0o600) == 0)
        try #require(chmod(fixture.data + "/keys", 0o750) == 0)
        #expect(DataDirectoryCheck().look(fixture).words.contains("keys, mode 0750"))
    }

    @Test func theServiceIsAnotherUser() throws {
        let fixture = try DoctorFixture()
        try fixture.put(
            "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nlpr:x:\(Self.stranger):\(Self.stranger)::/:/bin/false\n")
        try fixture.put("/etc/group", "lpr:x:\(Self.stranger):\n")
        fixture.unit = ServiceUnit(["User": "lpr"])
        let owner = Accounts(fixture.machine.files).withID(geteuid()).name
        let words = DataDirectoryCheck().look(fixture).words
        #expect(
            words.contains("failed: \(fixture.data) belongs to user \(owner), the appliance runs as lpr"),
            "\(words)")
        #expect(words.contains("sudo chown -R lpr: \(fixture.data)"))
        // The scratch folder above is 0700.
        #expect(words.contains("user lpr may not write into \(fixture.data) (because of /tmp/"), "\(words)")
        #expect(words.contains("and not to lpr: 5, such as"), "\(words)")
    }

    @Test func groupsOfUsers() throws {
        let fixture = try DoctorFixture()
        try fixture.put("/etc/passwd", "lpr:x:\(Self.stranger):100::/:/bin/false\n")
        try fixture.put("/etc/group", "ssl-cert:x:103:www-data,lpr\nother:x:104:www-data\n")
        let account = try #require(Accounts(fixture.machine.files).named("lpr"))
        #expect(account.groups == [100, 103])
        #expect(Accounts(fixture.machine.files).named("42")?.id == 42)
        #expect(Accounts(fixture.machine.files).named("nobody") == nil)
    }

    /// Mode of the file, whether the user owns it, is in its group, may read it.
    @Test(
        arguments: [
            (0o400, true, false, true), (0o040, true, false, false), (0o040, false, true, true),
            (0o004, false, false, true),
            (0o400, false, true, false), (0o000, true, true, false),
        ] as [(mode_t, Bool, Bool, Bool)])
    func rights(mode: mode_t, isOwner: Bool, isInGroup: Bool, mayRead: Bool) throws {
        let fixture = try DoctorFixture()
        for folder in [fixture.root, fixture.data] {
            try #require(chmod(folder, 0o755) == 0)
        }
        let path = fixture.data + "/file"
        try fixture.writeData("file", mode: mode)
        let status = try #require(FileStatus(path))
        // Its own folder lets others through only when the test says so; the scratch folder belongs to us.
        let scratch = String(fixture.data.dropLast("/data".count))
        try #require(chmod(scratch, 0o755) == 0)
        let account = Account(
            name: "lpr", id: isOwner && status.owner != 0 ? status.owner : Self.stranger,
            groups: isInGroup ? [status.group] : [])
        // Root may do everything: with its files the owner's row says nothing.
        guard !(isOwner && status.owner == 0) else { return }
        let verdict = account.may(.read, path)
        #expect(verdict == (mayRead ? .allowed : .forbidden(at: path)))
    }

    @Test func rootMayEverything() throws {
        let fixture = try DoctorFixture()
        try fixture.writeData("file", mode: 0)
        let root = Account(name: "root", id: 0, groups: [0])
        #expect(root.may(.read, fixture.data + "/file") == .allowed)
        #expect(root.may(.read, fixture.data + "/none") == .missing)
    }

    @Test func walkIsBounded() throws {
        let fixture = try DoctorFixture()
        for number in 0..<40 { try fixture.writeData("images/\(number)") }
        let whole = OwnerWalk.run(fixture.data, owner: Self.stranger, entryLimit: 1_000, timeLimit: .seconds(60))
        #expect(whole.isWhole && whole.strangerCount == 45 && whole.strangers.count == 3)
        let part = OwnerWalk.run(fixture.data, owner: Self.stranger, entryLimit: 20, timeLimit: .seconds(60))
        #expect(!part.isWhole && part.strangerCount == 20)
        let none = OwnerWalk.run(fixture.data, owner: Self.stranger, entryLimit: 1_000, timeLimit: .zero)
        #expect(!none.isWhole && none.strangerCount == 0)
        let own = OwnerWalk.run(fixture.data, owner: geteuid(), entryLimit: 1_000, timeLimit: .seconds(60))
        #expect(own.isWhole && own.strangers.isEmpty)
    }

    @Test("A folder of a file system, and links to files of others, are nobody's mistake")
    func whatIsPassedOver() throws {
        let fixture = try DoctorFixture()
        try #require(mkdir(fixture.data + "/lost+found", 0o700) == 0)
        try #require(symlink("/etc/passwd", fixture.data + "/images/link") == 0)
        let walk = OwnerWalk.run(fixture.data, owner: geteuid(), entryLimit: 1_000, timeLimit: .seconds(60))
        #expect(walk.strangers.isEmpty)
        let all = OwnerWalk.run(fixture.data, owner: Self.stranger, entryLimit: 1_000, timeLimit: .seconds(60))
        #expect(all.strangerCount == 6)
    }
}
