import Domain
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// `lpr-appliance doctor` beside the real appliance, and without it.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct DoctorTests {
    /// An appliance whose ports are known, and its settings.
    private func start(
        _ settings: [String: String] = [:]
    ) async throws -> (appliance: Appliance, settings: [String: String]) {
        let ssh = "127.0.0.1:\(try FreePort.pick())"
        let appliance = try await Appliance.start(settings: settings.merging(["ssh.listen": ssh]) { $1 })
        return (
            appliance,
            settings.merging(["ssh.listen": ssh, "http.listen": "127.0.0.1:\(appliance.binary.port)"]) { $1 }
        )
    }

    @Test func besideARunningAppliance() async throws {
        let (appliance, settings) = try await start(["site.timezone": "Asia/Bangkok"])
        let data = appliance.binary.data
        let before = Self.tree(data)
        let checks = [
            "configuration", "service", "data-directory", "ports", "broker", "upstream", "libraries", "backups",
        ]
        let wanted = Dictionary(uniqueKeysWithValues: checks.map { ($0, "ok") })
        let run = try await DoctorRun(data: data, settings: settings, until: wanted)
        #expect(run.ending == run.expectedEnding)
        for check in checks {
            #expect(run[check]?.state == "ok", "\(check): \(run[check]?.words ?? "none")")
        }
        #expect(run["ports"]?.words.contains("ssh.listen") == true)
        #expect(run["disk-speed"]?.words.contains("a sync takes") == true)
        // Somebody has to log in first.
        #expect(run["setup"]?.state == "warning" && run["setup"]?.words.contains("setup-code") == true)
        _ = try await appliance.binary.answer(
            "user", "add", "somchai", "--role", "admin", input: "a long enough sentence\n")
        #expect(try await DoctorRun(data: data, settings: settings, until: ["setup": "ok"])["setup"]?.state == "ok")
        try await expectSoon(within: .seconds(10)) { try await DoctorRun(data: data, settings: settings).took }
        #expect(Self.tree(data) == before, "nothing was changed")
        #expect(try await appliance.isAlive())
    }

    @Test func textForPeople() async throws {
        let (appliance, settings) = try await start()
        let words = settings.flatMap { ["--set", "\($0.key)=\($0.value)"] }
        func isSound(_ line: Substring) -> Bool { line.hasPrefix("ok ") && line.contains(" service ") }
        let result = try await eventually("sound service") {
            let result = try await Program.run(
                [try Place.binary(), "doctor", "--data", appliance.binary.data] + words, directory: "/tmp")
            return result.output.split(separator: "\n").contains(where: isSound) ? result : nil
        }
        let lines = result.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("LPR Appliance ") == true)
        #expect(
            lines.dropFirst().dropLast().allSatisfy { line in
                ["ok ", "warning ", "failed ", "unknown ", "    "].contains { line.hasPrefix($0) }
            })
        #expect(result.errors.isEmpty)
    }

    @Test func withoutAnAppliance() async throws {
        let (appliance, settings) = try await start()
        await appliance.binary.stop()
        let run = try await DoctorRun(
            data: appliance.binary.data, settings: settings, until: ["ports": "ok", "data-directory": "ok"])
        #expect(run.ending == .exited(1))
        #expect(run["service"]?.state == "failed")
        #expect(run["service"]?.words.contains("no appliance runs with the data directory") == true)
        #expect(run["ports"]?.state == "ok" && run["ports"]?.words.contains("is free") == true)
        #expect(run["data-directory"]?.state == "ok", "\(run["data-directory"]?.words ?? "")")
        #expect(run["setup"]?.state == "unknown")
        // One that was killed leaves its socket behind.
        try await appliance.startAgain()
        await appliance.binary.kill()
        let left = try await DoctorRun(data: appliance.binary.data, settings: settings, until: ["service": "failed"])
        #expect(left["service"]?.state == "failed")
    }

    @Test func nothingIsThereYet() async throws {
        let folder = try ScratchFolder()
        let run = try await DoctorRun(
            data: folder.path + "/data", settings: ["http.listen": "127.0.0.1:0"],
            until: ["data-directory": "does not exist yet"])
        #expect(run.ending == .exited(1))
        #expect(run["data-directory"]?.words.contains("does not exist yet") == true)
        #expect(run["disk-speed"]?.state == "unknown")
        #expect(ScratchFolder.names(in: folder.path).isEmpty, "nothing was made")
    }

    @Test func portOfAnotherProgram() async throws {
        let other = try await Broker.start()
        let folder = try ScratchFolder()
        // Where `ss` is there, it tells the name.
        let tellsName = access("/usr/bin/ss", X_OK) == 0 || access("/bin/ss", X_OK) == 0
        let run = try await DoctorRun(
            data: folder.path, settings: ["http.listen": "127.0.0.1:\(other.port)", "ssh.listen": "127.0.0.1:0"],
            until: ["ports": tellsName ? "mosquitto (process " : "is taken by"])
        #expect(run.ending == .exited(1))
        #expect(run["ports"]?.words.contains("http.listen 127.0.0.1:\(other.port) is taken by") == true)
        if tellsName {
            #expect(run["ports"]?.words.contains("mosquitto (process ") == true, "\(run["ports"]?.words ?? "")")
        }
    }

    @Test func brokerThatIsThereAndIsGone() async throws {
        let broker = try await Broker.start()
        let (appliance, settings) = try await start(["mqtt.brokers": broker.address])
        _ = try await appliance.connected()
        let run = try await DoctorRun(data: appliance.binary.data, settings: settings, until: ["broker": "ok"])
        #expect(run["broker"]?.state == "ok")
        #expect(run["broker"]?.words.contains("the appliance is connected to \(broker.address)") == true)
        await broker.stop()
        let gone = try await DoctorRun(
            data: appliance.binary.data, settings: settings, until: ["broker": "refuses the connection"])
        #expect(gone.ending == .exited(1))
        #expect(gone["broker"]?.words.contains("failed: \(broker.address) refuses the connection") == true)
    }

    @Test func filesOfAnotherUser() async throws {
        // Nobody but root can give files away.
        guard getuid() == 0 else { return }
        let (appliance, settings) = try await start()
        let data = appliance.binary.data
        try writeFile([], to: data + "/images/by-hand.jpg")
        try #require(chown(data + "/images/by-hand.jpg", 54_321, 54_321) == 0)
        let run = try await DoctorRun(
            data: data, settings: settings, until: ["data-directory": "images/by-hand.jpg"])
        #expect(run.ending == .exited(1))
        #expect(run["data-directory"]?.words.contains("images/by-hand.jpg") == true)
        #expect(run["data-directory"]?.words.contains("sudo chown -R ") == true)
    }

    @Test func directoryThatItsUserCannotWriteInto() async throws {
        let folder = try ScratchFolder()
        let data = folder.path + "/data"
        try #require(mkdir(data, 0o500) == 0)
        if getuid() == 0 {
            // Root may write everywhere, others may not.
            try #require(chown(data, 54_321, 54_321) == 0 && chmod(folder.path, 0o755) == 0)
        }
        let run = try await DoctorRun(
            data: data, settings: ["http.listen": "127.0.0.1:0"], until: ["data-directory": "may not write into"])
        #expect(run.ending == .exited(1))
        #expect(run["data-directory"]?.words.contains("may not write into \(data)") == true)
    }

    @Test func readOnlyFileSystem() async throws {
        guard let disk = try await SmallDisk.make(mebibytes: 16) else { return }
        let mounted = try await Program.run(disk.prefix + ["mount", "-o", "remount,ro", disk.path])
        try #require(mounted.ending == .exited(0), "\(mounted.errors)")
        let run = try await DoctorRun(
            data: disk.path, settings: ["http.listen": "127.0.0.1:0"], prefix: disk.prefix,
            until: ["disk": "the file system is read-only"])
        #expect(run.ending == .exited(1))
        #expect(run["disk"]?.words.contains("the file system is read-only") == true, "\(run["disk"]?.words ?? "")")
        #expect(run["disk"]?.words.contains("everything is lost when the box restarts") == true)
    }

    @Test("A user without rights gets an answer, not an error")
    func asAnotherUser() async throws {
        guard getuid() == 0 else { return }
        let (appliance, settings) = try await start()
        try #require(chmod(appliance.directory, 0o755) == 0)
        let run = try await DoctorRun(
            data: appliance.binary.data, settings: settings,
            prefix: ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"],
            until: ["service": "ok", "ports": "ok"])
        #expect(run["service"]?.state == "ok", "it answers at the door: \(run["service"]?.words ?? "")")
        #expect(run["ports"]?.state == "ok")
        for check in ["setup", "data-directory", "disk-speed", "backups"] {
            #expect(run[check]?.state == "unknown", "\(check): \(run[check]?.words ?? "none")")
            #expect(run[check]?.words.contains("sudo") == true)
        }
    }

    @Test func wrongConfiguration() async throws {
        let folder = try ScratchFolder()
        let file = folder.path + "/appliance.conf"
        try writeFile(Array("[http]\nlistn = [\"0.0.0.0:8080\"]\n".utf8), to: file)
        let result = try await Program.run(
            [try Place.binary(), "doctor", "--config", file, "--data", folder.path], directory: "/tmp")
        #expect(result.ending == .exited(1))
        #expect(result.output.contains("\(file):2: http.listn: no such key is known"), "\(result.output)")
        let usage = try await Program.run([try Place.binary(), "doctor", "--set", "nonsense"])
        #expect(usage.ending == .exited(64))
    }

    /// Every name below a directory.
    private static func tree(_ path: String) -> [String] {
        ScratchFolder.names(in: path).flatMap { ["\(path)/\($0)"] + tree("\(path)/\($0)") }
    }
}
