import Domain
import TestSupport
import Testing

/// The appliance as a service of `Type=notify`, with a socket in systemd's place.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct SystemdTests {
    private let folder: ScratchFolder
    private let listener: NotifyListener

    init() throws {
        folder = try ScratchFolder()
        listener = try NotifyListener("@" + folder.path + "/notify")
    }

    private func start(
        _ settings: [String: String] = [:], watchdog: Duration? = .milliseconds(900)
    ) async throws -> RunningBinary {
        var environment = ["NOTIFY_SOCKET": listener.name]
        environment["WATCHDOG_USEC"] = watchdog.map { "\($0.wholeMicroseconds)" }
        return try await RunningBinary.start(
            data: folder.path + "/data", settings: settings, environment: environment)
    }

    @Test func aServiceIsReadyAliveAndStopped() async throws {
        let binary = try await start()
        try await listener.line("READY=1")
        // All of it is open by then: the page, the commands' socket, SFTP.
        let health = try await binary.ask(.get("/api/health"))
        #expect(health["status"]?.stringValue == "ok")
        let status = try await binary.command("status")
        #expect(status.ending == .exited(0), "\(status.errors)")
        let report = try JSONParser.parse(status.output).objectValue
        let ssh = report?["components"]?.objectValue?["ssh"]?.objectValue
        #expect(ssh?["state"]?.stringValue == "ok")
        // On a slow disk it may have asked for more time before.
        #expect(listener.lines.first { !$0.hasPrefix("EXTEND") } == "STATUS=Ready: \(binary.address)/")
        #expect(try await binary.process.output.line(after: "set-up code: ") == "sudo lpr-appliance setup-code")

        try await listener.line("WATCHDOG=1", number: 5)
        let alive = listener.lines.drop { $0 != "READY=1" }
        #expect(!alive.contains { $0.hasPrefix("STOPPING") || $0.hasPrefix("EXTEND") }, "\(alive)")
        #expect(await binary.stop() == .exited(0))
        try await listener.line("STOPPING=1")
        let words = listener.lines
        #expect(words.count { $0 == "STOPPING=1" } == 1 && words.count { $0 == "READY=1" } == 1)
        // Signs of life until the end, and nothing that contradicts it.
        let end = try #require(words.firstIndex(of: "STOPPING=1"))
        #expect(words[end...].dropFirst().allSatisfy { ["STATUS=Stopping", "WATCHDOG=1"].contains($0) }, "\(words)")
    }

    /// Nobody can be told more than what every user of the box may know.
    @Test func troubleIsNamedInTheStatus() async throws {
        let binary = try await start(["storage.min_free": "16TiB", "storage.quota": "0"])
        let status = try await listener.line("STATUS=Degraded")
        #expect(status.hasPrefix("STATUS=Degraded (disk"), "\(status)")
        #expect(status.hasSuffix("): \(binary.address)/"), "\(status)")
        // A full disk is no reason to end it.
        try await listener.line("WATCHDOG=1", number: listener.count(of: "WATCHDOG=1") + 4)
        #expect(await binary.stop() == .exited(0))
    }

    @Test func withoutAWatchdogItIsQuiet() async throws {
        let binary = try await start(watchdog: nil)
        try await listener.line("READY=1")
        #expect(await binary.stop() == .exited(0))
        try await listener.line("STOPPING=1")
        #expect(listener.messages.suffix(2) == ["READY=1", "STOPPING=1\nSTATUS=Stopping\nWATCHDOG=1"])
    }

    /// What fails to start says nothing of readiness.
    @Test func whatDoesNotStartIsNotReady() async throws {
        let other = try await Appliance.start()
        let process = try RunningBinary.spawn(
            data: folder.path + "/data", environment: ["NOTIFY_SOCKET": listener.name],
            listen: "127.0.0.1:\(other.binary.port)")
        #expect(await process.ending() == .exited(75))
        #expect(!listener.lines.contains("READY=1"), "\(listener.lines)")
    }

    @Test func aSocketThatIsGoneStopsNothing() async throws {
        let binary = try await RunningBinary.start(
            data: folder.path + "/data",
            environment: ["NOTIFY_SOCKET": folder.path + "/nobody", "WATCHDOG_USEC": "300000"])
        #expect(try await binary.ask(.get("/api/health")).status == 200)
        #expect(await binary.stop() == .exited(0))
    }
}
