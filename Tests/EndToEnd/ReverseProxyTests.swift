import Domain
import Testing

/// The appliance behind a real nginx, which is set up with packaging/examples/nginx.conf.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct ReverseProxyTests {
    /// The proxy is trusted; a camera without a key has the address 127.0.0.7, and clients any other of this machine.
    private static let settings = [
        "http.trusted_proxies": "127.0.0.1", "intake.trusted_networks": "127.0.0.7", "media.max_picture": "12MiB",
    ]

    private static func start(
        settings: [String: String] = settings, prepared: Bool = true
    ) async throws -> (appliance: Appliance, proxy: ReverseProxy) {
        let appliance = try await Appliance.start(settings: settings)
        _ = try await appliance.binary.answer(
            "user", "add", "admin", "--role", "admin", input: "a long enough sentence\n")
        let proxy =
            try await prepared
            ? ReverseProxy.start(before: appliance.binary) : ReverseProxy.startUnprepared(before: appliance.binary)
        return (appliance, proxy)
    }

    /// The page, whose client is who, how large bodies may be, and what is not believed.
    @Test(arguments: ["page", "addresses", "doors", "bodies"]) func client(topic: String) async throws {
        let (appliance, proxy) = try await Self.start()
        _ = try await PythonProgram.run(
            "behind_proxy",
            [
                "address": proxy.address, "plain": "http://127.0.0.1:\(proxy.plainPort)",
                "direct": appliance.binary.address, "key": appliance.adminKey, "device": appliance.deviceKey,
                "topic": topic,
            ], environment: proxy.environment)
        #expect(try await appliance.isAlive())
        await proxy.stop()
        // What is too large for nginx itself is the one thing that it has to say.
        #expect(proxy.complaints.filter { !$0.contains("client intended to send too large body") } == [])
    }

    /// The same programs as without a proxy, and the same expectations.
    @Test(arguments: ["doors", "events", "filters", "replay", "sending"]) func dashboard(topic: String) async throws {
        let (appliance, proxy) = try await Self.start()
        _ = try await PythonProgram.run(
            "dashboard",
            [
                "address": proxy.address, "key": appliance.adminKey, "device": appliance.deviceKey,
                "viewer": try await appliance.binary.answer("key", "create", "dashboard", "--role", "viewer"),
                "topics": topic,
            ], environment: proxy.environment)
    }

    @Test(arguments: ["default", "polling", "websocket"]) func socketIO(transports: String) async throws {
        let (appliance, proxy) = try await Self.start()
        _ = try await PythonProgram.run(
            "socketio_dashboard",
            [
                "address": proxy.address, "key": appliance.adminKey, "device": appliance.deviceKey,
                "viewer": try await appliance.binary.answer("key", "create", "dashboard", "--role", "viewer"),
                "transports": transports,
            ], environment: proxy.environment)
    }

    @Test func browser() async throws {
        let (appliance, proxy) = try await Self.start()
        let seen = try await PythonProgram.run(
            "browser_proxy", ["address": proxy.address, "key": appliance.adminKey], environment: proxy.environment)
        #expect(seen["cookie"]?.stringValue == "__Host-lpr-session")
    }

    /// An nginx of three lines in front of an appliance that was told nothing of it: what works works, and who logs in
    /// is told what is missing.
    @Test func unprepared() async throws {
        let (appliance, proxy) = try await Self.start(settings: [:], prepared: false)
        _ = try await PythonProgram.run(
            "behind_proxy",
            [
                "address": proxy.address, "plain": "http://127.0.0.1:\(proxy.plainPort)",
                "direct": appliance.binary.address, "key": appliance.adminKey, "device": appliance.deviceKey,
                "topic": "unprepared",
            ], environment: proxy.environment)
    }
}
