import Domain
import Synchronization
import TestSupport
import Testing

/// A real browser in the hands of a person: every way through the page that people go most, and texts that would like
/// to be scripts. After each, the browser's console is empty and nothing came from any other machine.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct BrowserTests {
    /// What the programs know of the administrator, whom `pages.py` names.
    private static func start(settings: [String: String] = [:]) async throws -> Appliance {
        let appliance = try await Appliance.start(settings: settings)
        _ = try await appliance.binary.answer(
            "user", "add", "admin", "--role", "admin", input: "a long enough sentence\n")
        return appliance
    }

    @Test func fromSetupToTheFirstEvent() async throws {
        let folder = try ScratchFolder()
        let binary = try await RunningBinary.start(data: folder.path + "/data")
        let seen = try await PythonProgram.run(
            "browser_first_event", ["address": binary.address, "code": try await binary.setupCode()],
            steps: [("key", { try await binary.answer("device", "add", "gate-1") })])
        #expect(seen["events"]?.arrayValue?.count == 2)
    }

    /// Programs that need nothing but an appliance with an administrator.
    @Test(arguments: [
        "browser_search", "browser_correction", "browser_language", "browser_keyboard", "browser_hostile_text",
    ]) func person(program: String) async throws {
        let appliance = try await Self.start()
        _ = try await PythonProgram.run(
            program, ["address": appliance.binary.address, "key": appliance.adminKey], limit: .seconds(610))
    }

    @Test func pageSurvivesARestartOfTheAppliance() async throws {
        let appliance = try await Self.start()
        let binary = appliance.binary
        let again = Mutex<RunningBinary?>(nil)
        let seen = try await PythonProgram.run(
            "browser_offline", ["address": binary.address, "key": appliance.adminKey], limit: .seconds(610),
            steps: [
                ("stop", { "\(await binary.stop())" }),
                (
                    "start",
                    {
                        let started = try await RunningBinary.start(
                            data: binary.data, settings: Appliance.unlimited, listen: "127.0.0.1:\(binary.port)")
                        again.withLock { $0 = started }
                        return started.address
                    }
                ),
            ])
        #expect(seen["events"]?.arrayValue?.count == 3)
        #expect(await again.withLock { $0 }?.stop() == .exited(0))
    }

    /// Every page as it looks; somebody has to look at the pictures, but that no page is wider than its screen and that
    /// the browser complains of none is checked here. They are in the git-ignored folder `screenshots`.
    @Test(arguments: ["th", "en"]) func screenshots(language: String) async throws {
        let settings = ["site.name": "ด่านเขาใหญ่ Gate 1"]
        let appliance = try await Self.start(settings: settings)
        let fresh = try await RunningBinary.start(data: appliance.directory + "/fresh", settings: settings)
        let seen = try await PythonProgram.run(
            "browser_screenshots",
            [
                "address": appliance.binary.address, "fresh": fresh.address, "key": appliance.adminKey,
                "language": language, "folder": Place.package + "/Tests/EndToEnd/screenshots",
            ], limit: .seconds(610))
        #expect(seen["screenshots"]?.integerValue ?? 0 >= 32)
    }

    /// Connected, on a spare broker, not connected and why, not set up at all: each is told in plain words.
    @Test(arguments: ["th", "en"]) func broker(language: String) async throws {
        let appliance = try await Self.start()
        let seen = try await PythonProgram.run(
            "browser_broker",
            [
                "address": appliance.binary.address, "key": appliance.adminKey, "language": language,
                "folder": Place.package + "/Tests/EndToEnd/screenshots",
            ], limit: .seconds(610))
        #expect(seen["states"]?.integerValue ?? 0 >= 9)
    }

    /// The central server in each of its states, and what an administrator can do about it.
    @Test(arguments: ["th", "en"]) func upstream(language: String) async throws {
        let appliance = try await Self.start()
        let seen = try await PythonProgram.run(
            "browser_upstream",
            [
                "address": appliance.binary.address, "key": appliance.adminKey, "language": language,
                "folder": Place.package + "/Tests/EndToEnd/screenshots",
            ], limit: .seconds(610))
        #expect(seen["states"]?.integerValue ?? 0 >= 18)
    }
}
