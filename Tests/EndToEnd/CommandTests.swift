import Domain
import TestSupport
import Testing

/// The commands beside the running appliance, and what they say when they cannot.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct CommandTests {
    @Test func usersAndDevicesAndKeys() async throws {
        let appliance = try await Appliance.start()
        let binary = appliance.binary
        func login(_ password: String) async throws -> Int {
            try await binary.ask(
                .send("POST", "/api/auth/login", ["username": "malee", "password": .string(password)])
            ).status
        }
        let added = try await binary.answer(
            "user", "add", "malee", "--role", "operator", input: "first long sentence\n")
        #expect(added.contains("malee"))
        #expect(try await login("first long sentence") == 200)
        _ = try await binary.answer("user", "passwd", "malee", input: "second long sentence\n")
        #expect(try await login("first long sentence") == 401)
        #expect(try await login("second long sentence") == 200)
        #expect(try await binary.answer("user", "list") == "malee\toperator")

        let twice = try await binary.command("user", "add", "malee", input: "first long sentence\n")
        #expect(twice.ending == .exited(64) && !twice.errors.isEmpty)
        let short = try await binary.command("user", "add", "short", input: "short\n")
        #expect(short.ending == .exited(64) && !short.errors.isEmpty)
        let nobody = try await binary.command("user", "passwd", "nobody", input: "first long sentence\n")
        #expect(nobody.ending == .exited(64))

        let second = try await binary.answer("device", "add", "gate-2", "--name", "ประตูหลัง")
        #expect(second.hasPrefix("lpr_"))
        let devices = try await binary.answer("device", "list").split(separator: "\n")
        #expect(devices.count == 2)
        #expect(devices.last?.hasPrefix("gate-2\tactive\t") == true)
        #expect(devices.last?.hasSuffix("ประตูหลัง") == true)
        #expect(try await binary.command("device", "add", "gate-2").ending == .exited(64))
        let renewed = try await binary.answer("device", "add", "gate-2", "--renew-key")
        #expect(renewed.hasPrefix("lpr_") && renewed != second)

        let viewer = try await binary.answer("key", "create", "dashboard")
        #expect(try await binary.ask(.get("/api/lpr/events", key: viewer)).status == 200)
        #expect(try await binary.ask(.get("/api/users", key: viewer)).status == 403)
        let refused = try await binary.ask(.send("POST", "/api/lpr/events", ["edge_device_id": "gate-1"], key: viewer))
        #expect(refused.status == 403)
        let foreign = try await binary.ask(
            .send("POST", "/api/lpr/events", ["edge_device_id": "gate-1"], key: renewed))
        #expect(foreign.status == 403)
    }

    @Test func statusTellsTheHealth() async throws {
        let appliance = try await Appliance.start()
        let status = try await appliance.binary.command("status")
        #expect(status.ending == .exited(0), "\(status.output)")
        let health = try JSONParser.parse(status.line).objectValue
        #expect(health?["status"]?.stringValue == "ok")
        #expect(health?["components"]?.objectValue?["database"] != nil)
    }

    @Test func backupIsRestored() async throws {
        let appliance = try await Appliance.start()
        let binary = appliance.binary
        func send(_ id: String) async throws -> Int {
            try await binary.ask(
                .send("POST", "/api/lpr/events", ["event_id": .string(id), "confidence": 1], key: appliance.deviceKey)
            ).status
        }
        #expect(try await send("before") == 201)
        let backup = try await binary.answer("backup")
        #expect(contents(of: backup)?.starts(with: Array("SQLite format 3".utf8)) == true)
        #expect(try await send("after") == 201)
        let held = try await binary.command("restore")
        #expect(held.ending == .exited(75), "\(held.errors)")
        #expect(await binary.stop() == .exited(0))

        let restored = try await Program.run([try Place.binary(), "restore", "--data", binary.data])
        #expect(restored.ending == .exited(0), "\(restored.errors)")
        #expect(restored.output.contains(backup))
        let again = try await RunningBinary.start(data: binary.data)
        #expect(try await again.ask(.get("/api/lpr/events/before", key: appliance.adminKey)).status == 200)
        #expect(try await again.ask(.get("/api/lpr/events/after", key: appliance.adminKey)).status == 404)
        // What was there before is kept beside it.
        let kept = ScratchFolder.names(in: binary.data).filter {
            $0.hasPrefix("appliance.sqlite.replaced-") && $0.hasSuffix("Z")
        }
        #expect(kept.count == 1)
        #expect(await again.stop() == .exited(0))
    }

    @Test func secondStartOnTheSameDirectory() async throws {
        let appliance = try await Appliance.start()
        let second = try RunningBinary.spawn(data: appliance.binary.data)
        #expect(await second.ending() == .exited(75))
        let text = try await second.errors.whole()
        #expect(text.contains(appliance.binary.data))
        #expect(text.contains("in use by process \(appliance.binary.process.pid)"), "\(text)")
        #expect(try await appliance.isAlive())
    }

    @Test func portInUse() async throws {
        let appliance = try await Appliance.start()
        let folder = try ScratchFolder()
        let port = "127.0.0.1:\(appliance.binary.port)"
        let second = try RunningBinary.spawn(data: folder.path + "/data", listen: port)
        #expect(await second.ending() == .exited(75))
        #expect(try await second.errors.whole().contains("cannot listen on \(port)"))
        #expect(try await appliance.isAlive())
    }

    /// Arguments, exit code, and what standard error has to tell.
    static let refusals: [(arguments: [String], status: Int32, text: String)] = [
        (["serve", "--set", "http.max_bodyy=1MiB"], 78, "http.max_body"),
        (["serve", "--set", "site.timezone=Asia/Bangkock", "--set", "http.max_body=12 bananas"], 78, "http.max_body"),
        (["serve", "--config", "/nowhere/appliance.conf"], 78, "/nowhere/appliance.conf"),
        (["config", "check", "--set", "storage.minfree=1"], 78, "storage.min_free"),
        (["status"], 69, "lpr-appliance serve"), (["user", "list"], 69, "lpr-appliance serve"),
        (["setup-code"], 69, "lpr-appliance serve"), (["backup"], 69, "lpr-appliance serve"),
        (["restore"], 64, "there is no backup"), (["nonsense"], 64, "nonsense"),
    ]

    @Test(arguments: refusals) func isRefused(arguments: [String], status: Int32, text: String) async throws {
        let folder = try ScratchFolder()
        let words = arguments == ["nonsense"] ? arguments : arguments + ["--data", folder.path + "/data"]
        // Nobody waits long for a refusal.
        try await expectSoon(within: .seconds(10)) {
            let result = try await Program.run([try Place.binary()] + words, directory: folder.path)
            #expect(result.ending == .exited(status), "\(result.errors)")
            #expect(result.errors.contains(text), "\(result.errors)")
            return result.took
        }
    }

    @Test func wrongKeyInTheEnvironment() async throws {
        let folder = try ScratchFolder()
        let result = try await Program.run(
            [try Place.binary(), "serve", "--data", folder.path], environment: ["LPR_HTTP_LISTN": "127.0.0.1:0"])
        #expect(result.ending == .exited(78))
        #expect(result.errors.contains("LPR_HTTP_LISTEN"), "\(result.errors)")
    }

    /// Commands that need no appliance: arguments and what they print.
    static let plain: [(arguments: [String], text: String)] = [
        (["--help"], "serve"), (["--version"], "."), (["serve", "--help"], "--listen"),
        (["config", "check"], "storage"), (["config", "example"], "max_connections"), (["user", "--help"], "passwd"),
    ]

    @Test(arguments: plain) func prints(arguments: [String], text: String) async throws {
        let folder = try ScratchFolder()
        let result = try await Program.run([try Place.binary()] + arguments, directory: folder.path)
        #expect(result.ending == .exited(0), "\(result.errors)")
        #expect(result.output.contains(text))
    }

    @Test func exampleIsAValidConfiguration() async throws {
        let folder = try ScratchFolder()
        let example = try await Program.run([try Place.binary(), "config", "example"])
        let file = folder.path + "/appliance.conf"
        try writeFile(example.bytes, to: file)
        let check = try await Program.run([try Place.binary(), "config", "check", "--config", file])
        #expect(check.ending == .exited(0), "\(check.errors)")
        #expect(check.output.contains("Asia/Bangkok"))
    }
}
