import Domain
import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Configuration, service and accounts.
struct ServiceTests {
    private func health(
        _ status: String = "ok", version: String = ApplianceVersion.text, uptime: Int = 7_300,
        _ components: JSONObject = JSONObject(), notices: [JSONValue] = []
    ) -> JSONObject {
        [
            "status": .string(status), "version": .string(version), "uptime_seconds": .integer(uptime),
            "components": .object(components), "notices": .array(notices),
        ]
    }

    private func unit(_ properties: [String: String] = [:]) -> ServiceUnit {
        ServiceUnit(
            ["LoadState": "loaded", "ActiveState": "failed", "UnitFileState": "enabled"].merging(properties) { $1 })
    }

    // MARK: configuration

    @Test func configuration() throws {
        let fixture = try DoctorFixture()
        #expect(ConfigurationCheck().look(fixture).states == [.ok])
        fixture.reading = .hidden(file: "/etc/lpr-appliance/appliance.conf")
        #expect(ConfigurationCheck().look(fixture).words.contains("unknown: /etc/lpr-appliance/appliance.conf exists"))
        let problem = ConfigurationProblem(
            source: .file(path: "/etc/lpr-appliance/appliance.conf", line: 7), key: "http.listn",
            wrong: "no such key is known", right: "the nearest one is http.listen")
        fixture.reading = .wrong([problem])
        let words = ConfigurationCheck().look(fixture).words
        #expect(words.contains("failed: /etc/lpr-appliance/appliance.conf:7: http.listn"), "\(words)")
        fixture.reading = .wrong(Array(repeating: problem, count: 9))
        #expect(ConfigurationCheck().look(fixture).last?.text == "4 more problems")
    }

    @Test func configurationChangedAfterTheStart() throws {
        let fixture = try DoctorFixture()
        try fixture.put("/etc/appliance.conf", "[site]\n")
        let path = fixture.root + "/etc/appliance.conf"
        fixture.reading = .valid(file: path)
        func change(secondsAgo: Int) throws {
            let time = timespec(tv_sec: Int(DoctorFixture.now.microseconds / 1_000_000) - secondsAgo, tv_nsec: 0)
            try #require(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
        }
        fixture.contact = .admin(health: health(uptime: 3_600), accounts: 1)
        try change(secondsAgo: 4_000)
        #expect(ConfigurationCheck().look(fixture).states == [.ok])
        try change(secondsAgo: 3_000)
        let words = ConfigurationCheck().look(fixture).words
        #expect(words.contains("changed after the start") && words.contains("start it again"), "\(words)")
        fixture.unit = unit()
        #expect(ConfigurationCheck().look(fixture).words.contains("sudo systemctl restart lpr-appliance"))
        fixture.contact = .notRunning
        #expect(ConfigurationCheck().look(fixture).states == [.ok])
    }

    @Test func whoMayReadTheConfiguration() throws {
        let fixture = try DoctorFixture()
        try fixture.writeData("appliance.conf", mode: 0o600)
        let path = fixture.data + "/appliance.conf"
        fixture.reading = .valid(file: path)
        #expect(ConfigurationCheck().look(fixture).states == [.ok])
        try fixture.put("/etc/passwd", "lpr:x:54321:54321::/:/bin/false\n")
        fixture.unit = ServiceUnit(["User": "lpr"])
        let words = ConfigurationCheck().look(fixture).words
        #expect(
            words.contains("failed: user lpr may not read it") && words.contains("sudo chgrp lpr \(path)"), "\(words)")
        fixture.unit = nil
        try #require(chmod(path, 0o644) == 0)
        #expect(ConfigurationCheck().look(fixture).states == [.ok])
        fixture.configuration.upstream.url = "postgresql://gate:very-secret@centre/lpr"
        let open = ConfigurationCheck().look(fixture)
        #expect(open.states == [.ok, .warning] && !open.words.contains("very-secret"), "\(open.words)")
    }

    // MARK: service

    @Test func running() async throws {
        let fixture = try DoctorFixture()
        fixture.contact = .admin(health: health(), accounts: 1)
        let findings = await ServiceCheck().run(fixture.context)
        #expect(findings == [.ok("version \(ApplianceVersion.text), running for 2 hours")])
        fixture.contact = .admin(health: health(version: "0.0.9"), accounts: 1)
        let words = await ServiceCheck().run(fixture.context).words
        #expect(words.contains("warning: version 0.0.9 runs, but \(ApplianceVersion.text) is installed"), "\(words)")
        fixture.contact = .door(health: health("degraded"))
        #expect(
            await ServiceCheck().run(fixture.context).words.contains("warning: runs, and says that something is wrong"))
        fixture.contact = .silent
        #expect(await ServiceCheck().run(fixture.context).states == [.failed])
    }

    @Test func whatTheApplianceSaysIsPassedOn() async throws {
        let fixture = try DoctorFixture()
        let components: JSONObject = [
            "database": .object(["state": "failed", "last_error": "the database cannot be read"]),
            "media": .object(["state": "degraded", "last_error": "images cannot be sealed"]),
            "storage": .object(["state": "ok", "last_error": "long ago"]),
            // These have checks of their own.
            "disk": .object(["state": "failed", "last_error": "full"]),
            "mqtt": .object(["state": "failed", "last_error": "refused"]),
            "upstream": .object(["state": "degraded", "last_error": "away"]),
        ]
        let notices: [JSONValue] = [["code": "unclean_stop", "message": "The last run ended without warning."]]
        fixture.contact = .admin(health: health("degraded", components, notices: notices), accounts: 1)
        let findings = await ServiceCheck().run(fixture.context)
        #expect(findings.states == [.ok, .failed, .warning, .warning])
        #expect(
            findings.map(\.text).dropFirst() == [
                "database: the database cannot be read", "media: images cannot be sealed",
                "The last run ended without warning.",
            ])
    }

    /// What systemd says, and a word of what the person is told.
    @Test(
        arguments: [
            (["ExecMainStatus": "78"], "config check"), (["ExecMainStatus": "75"], "in use"),
            (["ExecMainStatus": "74"], "disk was full"), (["ExecMainStatus": "1"], "journalctl -u lpr-appliance"),
            (["ActiveState": "inactive"], "does not run (inactive)"),
            (["ActiveState": "activating", "SubState": "start"], "warning: is starting"),
            (["ActiveState": "activating", "SubState": "auto-restart"], "does not run (activating)"),
        ] as [([String: String], String)])
    func stopped(properties: [String: String], words: String) async throws {
        let fixture = try DoctorFixture()
        fixture.unit = unit(properties)
        let found = await ServiceCheck().run(fixture.context).words
        #expect(found.contains(words), "\(found)")
    }

    @Test func stoppedWithoutSystemd() async throws {
        let fixture = try DoctorFixture()
        let words = await ServiceCheck().run(fixture.context).words
        #expect(words.contains("failed: no appliance runs with the data directory \(fixture.data)"), "\(words)")
        fixture.contact = .hidden
        #expect(await ServiceCheck().run(fixture.context).states == [.unknown])
    }

    @Test func serviceThatDoesNotStayOrStart() async throws {
        let fixture = try DoctorFixture()
        fixture.contact = .admin(health: health(), accounts: 1)
        fixture.unit = unit(["ActiveState": "active", "UnitFileState": "disabled", "NRestarts": "12"])
        let words = await ServiceCheck().run(fixture.context).words
        #expect(words.contains("sudo systemctl enable lpr-appliance") && words.contains("ended 12 times"), "\(words)")
    }

    @Test func unitIsReadFromSystemd() throws {
        let fixture = try DoctorFixture()
        let text = """
            LoadState=loaded
            ActiveState=active
            UnitFileState=enabled
            User=lpr-appliance
            AmbientCapabilities=cap_net_bind_service
            NRestarts=2
            ExecMainStatus=0
            Environment=LPR_SITE_ID=gate-1 PATH=/bin
            ExecStart={ path=/usr/bin/lpr-appliance ; argv[]=/usr/bin/lpr-appliance serve --data /mnt/disk/lpr --set a.b=1 \
            --set c.d=2 ; ignore_errors=no ; pid=0 }

            """
        fixture.answer(["systemctl show lpr-appliance.service": text])
        #expect(ServiceUnit.read(fixture.machine) == nil, "there is no systemd")
        try fixture.put("/run/systemd/system/x")
        let unit = try #require(ServiceUnit.read(fixture.machine))
        #expect(unit.user == "lpr-appliance" && unit.isActive && unit.startsAtBoot && unit.mayOpenLowPorts)
        #expect(unit.restarts == 2 && unit.exitStatus == 0)
        #expect(unit.options("data") == ["/mnt/disk/lpr"] && unit.options("set") == ["a.b=1", "c.d=2"])
        #expect(unit.options("config").isEmpty && unit.environment == ["LPR_SITE_ID": "gate-1"])
        fixture.answer(["systemctl show": "LoadState=not-found\nActiveState=inactive\n"])
        #expect(ServiceUnit.read(fixture.machine) == nil)
    }

    // MARK: accounts

    @Test(
        arguments: [
            (ServiceReading.Contact.admin(health: JSONObject(), accounts: 0), Finding.State.warning, "setup-code"),
            (.admin(health: JSONObject(), accounts: 2), .ok, "2 accounts"),
            (.door(health: JSONObject()), .unknown, "sudo"), (.hidden, .unknown, "sudo"),
            (.notRunning, .unknown, "start it"),
        ] as [(ServiceReading.Contact, Finding.State, String)])
    func accounts(contact: ServiceReading.Contact, state: Finding.State, word: String) async throws {
        let fixture = try DoctorFixture()
        fixture.contact = contact
        let findings = await SetupCheck().run(fixture.context)
        #expect(findings.states == [state] && findings.words.contains(word), "\(findings.words)")
    }
}
