import Domain
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// `/ws` and `/socket.io/` as libraries and clients that others wrote meet them; docs/live.md is the contract.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct LiveConnectionTests {
    private struct Site {
        let appliance: Appliance
        /// What the programs are told.
        var options: [String: String]

        var binary: RunningBinary { appliance.binary }
    }

    private static func start(settings: [String: String] = [:]) async throws -> Site {
        let appliance = try await Appliance.start(settings: settings)
        let binary = appliance.binary
        return Site(
            appliance: appliance,
            options: [
                "address": binary.address, "key": appliance.adminKey,
                "viewer": try await binary.answer("key", "create", "dashboard", "--role", "viewer"),
            ])
    }

    /// Who may connect, what is heard, filters, what was missed, and what devices send.
    @Test(arguments: ["doors", "events", "filters", "replay", "sending"]) func dashboard(topic: String) async throws {
        var site = try await Self.start()
        _ = try await site.binary.answer("user", "add", "admin", "--role", "admin", input: "a long enough sentence\n")
        site.options["device"] = site.appliance.deviceKey
        site.options["topics"] = topic
        _ = try await PythonProgram.run("dashboard", site.options)
    }

    /// Connections are cut at moments that the seed chooses; every event arrives exactly once.
    @Test(arguments: ["1", "2"]) func reconnectUnderLoad(seed: String) async throws {
        var site = try await Self.start()
        site.options["seed"] = seed
        let seen = try await PythonProgram.run("reconnect_under_load", site.options, limit: .seconds(610))
        #expect(seen["events"]?.integerValue ?? 0 > 4_000)
    }

    @Test func slowDashboardHearsWhatItMissed() async throws {
        // Who reads nothing answers no ping either; that is not what this is about.
        let site = try await Self.start(settings: ["live.ping_timeout": "600s"])
        let seen = try await PythonProgram.run("slow_dashboard", site.options, limit: .seconds(610))
        #expect(seen["missed"]?.arrayValue?.isEmpty == false, "twenty megabytes waited for one reader")
    }

    /// Frames that break the protocol, frames that only look like it, and upgrades that are none.
    @Test(arguments: ["violations", "manners", "http"]) func rawClient(topic: String) async throws {
        let site = try await Self.start()
        _ = try await PythonProgram.run(
            "raw_websocket",
            ["address": site.binary.address, "key": site.appliance.adminKey, "topics": topic], limit: .seconds(610))
        #expect(try await site.appliance.isAlive())
    }

    /// The same bus by Socket.IO's own library, with each of its transports.
    @Test(arguments: ["default", "polling", "websocket"]) func socketIODashboard(transports: String) async throws {
        var site = try await Self.start()
        site.options["device"] = site.appliance.deviceKey
        site.options["transports"] = transports
        _ = try await PythonProgram.run("socketio_dashboard", site.options)
    }

    /// Long polling and the upgrade packet by packet, with packets that are none between them.
    @Test(arguments: ["polling", "refusals", "upgrade"]) func rawEngineIO(topic: String) async throws {
        let site = try await Self.start()
        _ = try await PythonProgram.run(
            "raw_engineio", ["address": site.binary.address, "key": site.appliance.deviceKey, "topics": topic])
        #expect(try await site.appliance.isAlive())
    }

    /// The cameras in the field have no key: their network is trusted.
    private static let trusting = ["intake.trusted_networks": "127.0.0.0/8"]

    /// A camera that is already out there sends to this appliance unchanged, also across a restart of it.
    @Test(arguments: ["default", "polling", "websocket"]) func fieldCamera(transports: String) async throws {
        let site = try await Self.start(settings: Self.trusting)
        let binary = site.binary
        let again = Mutex<RunningBinary?>(nil)
        let settings = Appliance.unlimited.merging(Self.trusting) { $1 }
        _ = try await PythonProgram.run(
            "field_camera",
            [
                "address": binary.address, "key": site.appliance.adminKey, "transports": transports, "restart": "yes",
            ], limit: .seconds(610),
            steps: [
                ("stop", { "\(await binary.stop())" }),
                (
                    "start",
                    {
                        let started = try await RunningBinary.start(
                            data: binary.data, settings: settings, listen: "127.0.0.1:\(binary.port)")
                        again.withLock { $0 = started }
                        return started.address
                    }
                ),
            ])
        #expect(await again.withLock { $0 }?.stop() == .exited(0))
    }

    @Test(arguments: [SIGTERM, SIGINT]) func openSocketsDoNotHoldTheEnd(signal: Int32) async throws {
        try await expectSoon(within: .seconds(5)) {
            let site = try await Self.start(settings: Self.trusting)
            let binary = site.binary
            _ = try await PythonProgram.run(
                "open_sockets", site.options,
                steps: [
                    (
                        "stop",
                        {
                            let ending = await binary.stop(signal)
                            #expect(ending == .exited(0), "\(binary.process.errors.text.suffix(2_000))")
                            return "\(ending)"
                        }
                    )
                ])
            return try #require(binary.process.timeToEnd)
        }
    }

    /// Invariant 1 over Socket.IO: killed in the middle of it, everything that was acknowledged is there.
    @Test(arguments: ["polling", "websocket"]) func nothingAcknowledgedIsLost(transports: String) async throws {
        let site = try await Self.start()
        let data = site.binary.data
        let running = Mutex(site.binary)
        var acknowledged: [String] = []
        for round in 1...4 {
            let binary = running.withLock { $0 }
            let seen = try await PythonProgram.run(
                "acknowledged",
                [
                    "address": binary.address, "device": site.appliance.deviceKey, "name": "round\(round)",
                    "transports": transports, "count": "\(round * 37)",
                ],
                steps: [
                    (
                        "kill",
                        {
                            await binary.kill()
                            return "killed"
                        }
                    )
                ])
            acknowledged += (seen["acknowledged"]?.arrayValue ?? []).compactMap(\.stringValue)
            let next = try await RunningBinary.start(data: data, settings: Appliance.unlimited)
            running.withLock { $0 = next }
        }
        #expect(acknowledged.count >= 37 * 10)
        let binary = running.withLock { $0 }
        let all = try await binary.ask(
            Request(
                path: "/api/lpr/events?device=gate-1",
                headers: [("X-API-Key", site.appliance.adminKey), ("Accept", "application/x-ndjson")]))
        let stored = Set(
            all.text.split(separator: "\n").compactMap { line in
                (try? JSONParser.parse(String(line)))?.objectValue?["event_id"]?.stringValue
            })
        #expect(acknowledged.filter { !stored.contains($0) }.isEmpty)
        #expect(await binary.stop() == .exited(0))
    }
}
