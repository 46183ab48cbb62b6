import Domain
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What people and disks do to a centre: told apart, and nothing is lost meanwhile.
@Suite(.oneOfAFew, .enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct CentreFaultTests {
    @Test func thePasswordIsChanged() async throws {
        let centre = try await CentralDatabase.make()
        let folder = try ScratchFolder()
        let file = folder.path + "/password"
        try writeFile(Array((centre.password(of: centre.site) + "\n").utf8), to: file)
        let appliance = try await Appliance.start(settings: centre.settings(passwordFile: file))
        try await appliance.post(1...20, prefix: "before")
        try await appliance.caughtUp()
        let role = centre.role(of: centre.site)
        try await centre.psql(
            """
            ALTER ROLE "\(role)" PASSWORD 'another one';
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '\(role)';
            """)
        try await appliance.post(21...40, prefix: "before")
        let ill = try await appliance.problem("wrong_password")
        #expect(ill["last_error"]?.stringValue?.contains("another one") == false)
        #expect(ill["last_error"]?.stringValue?.contains(centre.password(of: centre.site)) == false)
        // No restart.
        try writeFile(Array("another one\n".utf8), to: file)
        let healed = try await appliance.caughtUp()
        #expect(healed["problem"]?.stringValue == nil)
        #expect(healed["epoch"] == 1)
        try await appliance.expectEqual(to: centre)
    }

    /// By themselves both come back.
    @Test func aTableIsRenamed() async throws {
        let centre = try await CentralDatabase.make()
        let appliance = try await Appliance.start(settings: centre.settings())
        try await appliance.post(1...20, prefix: "before")
        try await appliance.caughtUp()
        try await centre.psql("ALTER TABLE lpr.event_keys RENAME TO moved")
        try await appliance.post(1...20, prefix: "while")
        try await appliance.delete("before-3")
        try await appliance.problem("schema_missing")
        #expect(try await appliance.upstream()["parked_rows"] == 0)
        try await centre.psql("ALTER TABLE lpr.moved RENAME TO event_keys")
        try await appliance.caughtUp()
        try await centre.psql("ALTER TABLE lpr.lpr_events RENAME TO moved")
        try await appliance.post(21...40, prefix: "while")
        try await appliance.problem("schema_missing")
        #expect(try await appliance.upstream()["parked_rows"] == 0)
        try await centre.psql("ALTER TABLE lpr.moved RENAME TO lpr_events")
        try await appliance.caughtUp()
        try await appliance.expectEqual(to: centre)
    }

    @Test func theDiskOfTheCentreIsFull() async throws {
        guard getuid() == 0, let disk = try await SmallDisk.make(mebibytes: 48) else {
            print("Nothing can be mounted here: a full disk at the centre is not tried.")
            return
        }
        let server = try await blocking { try PostgresServer(prefix: disk.prefix) }
        let space = disk.path + "/space"
        chmod(disk.root, 0o755)
        mkdir(disk.root + "/space", 0o700)
        try server.give(disk.root + "/space")
        _ = try await blocking { try server.psql("CREATE TABLESPACE small LOCATION '\(space)'") }
        let centre = try await CentralDatabase.make(on: server, tablespace: "small")
        let appliance = try await Appliance.start(settings: centre.settings())
        try await appliance.post(1...20, prefix: "before")
        try await appliance.caughtUp()
        try fillToTheLastByte(disk.root + "/fill")
        for number in 1...10 { try await appliance.post(1...200, prefix: "while-\(number)") }
        try await appliance.problem("disk_full")
        #expect(try await appliance.upstream()["parked_rows"] == 0)
        #expect(try await appliance.isAlive())
        unlink(disk.root + "/fill")
        let healed = try await appliance.caughtUp()
        #expect(healed["problem"]?.stringValue == nil)
        try await appliance.expectEqual(to: centre)
    }
}
