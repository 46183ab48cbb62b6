import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A signal ends the appliance in order and soon, whoever is connected.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct StopTests {
    private static let limit = Duration.seconds(5)

    /// - Returns: how long the end took.
    private func orderlyEnd(_ binary: RunningBinary, _ signal: Int32 = SIGTERM) async throws -> Duration {
        let ending = await binary.stop(signal)
        let duration = try #require(binary.process.timeToEnd)
        #expect(ending == .exited(0), "\(binary.process.errors.text.suffix(2_000))")
        // Nothing is left to repair at the next start.
        let names = Set(ScratchFolder.names(in: binary.data))
        #expect(names.isDisjoint(with: ["appliance.running", "admin.sock"]), "\(names)")
        #expect((contents(of: binary.data + "/appliance.sqlite-wal") ?? []).isEmpty)
        return duration
    }

    @Test(arguments: [SIGTERM, SIGINT]) func underLoad(signal: Int32) async throws {
        try await expectSoon(within: Self.limit) {
            let appliance = try await Appliance.start()
            let load = try Load(key: appliance.deviceKey)
            async let traffic: Void = load.run(port: appliance.binary.port)
            await load.acknowledgements(300)
            let took = try await orderlyEnd(appliance.binary, signal)
            await traffic
            #expect(load.wrong.isEmpty, "\(load.wrong.prefix(5))")
            try await StoppedDatabase(of: appliance).expectNothingLost(of: load.acknowledged)
            return took
        }
    }

    @Test func idleConnectionsDoNotHoldIt() async throws {
        try await expectSoon(within: Self.limit) {
            let appliance = try await Appliance.start()
            let port = appliance.binary.port
            let connections = try await onOwnThread {
                try (0..<20).map { _ in
                    let connection = try WireConnection(port: port)
                    var wire = HTTPWire(connection)
                    _ = try wire.exchange(.get("/api/health"))
                    return connection
                }
            }
            let took = try await orderlyEnd(appliance.binary)
            for connection in connections { #expect(try connection.receive().isEmpty) }
            return took
        }
    }

    /// What a client has sent when it falls silent.
    static let unfinished = [
        "", "POST /api/lpr/eve", "POST /api/lpr/events HTTP/1.1\r\nHost: a\r\n",
        "POST /api/lpr/events HTTP/1.1\r\nHost: a\r\nX-API-Key: KEY\r\nContent-Length: 1000\r\n\r\n{\"lic",
        "POST /api/lpr/events HTTP/1.1\r\nHost: a\r\nX-API-Key: KEY\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n{",
    ]

    @Test(arguments: unfinished) func silentClientDoesNotHoldIt(text: String) async throws {
        try await expectSoon(within: Self.limit) {
            let appliance = try await Appliance.start()
            let (port, key) = (appliance.binary.port, appliance.deviceKey)
            let silent = try await onOwnThread {
                let connection = try WireConnection(port: port)
                try connection.send(text.replacing("KEY", with: key))
                return connection
            }
            // The answer to somebody else says that the appliance has had the time to read what came before.
            #expect(try await appliance.isAlive())
            defer { _ = silent }
            return try await orderlyEnd(appliance.binary)
        }
    }

    @Test func readerWhoDoesNotReadDoesNotHoldIt() async throws {
        try await expectSoon(within: Self.limit) {
            let appliance = try await Appliance.start()
            let load = try Load(key: appliance.deviceKey, cameras: 1)
            async let traffic: Void = load.run(port: appliance.binary.port)
            await load.acknowledgements(2_000)
            load.stop()
            await traffic
            let (port, key) = (appliance.binary.port, appliance.adminKey)
            let silent = try await onOwnThread {
                let connection = try WireConnection(port: port)
                for _ in 0..<40 {
                    let export = Request(
                        path: "/api/lpr/events", headers: [("X-API-Key", key), ("Accept", "application/x-ndjson")])
                    try connection.send(export.bytes)
                }
                _ = connection.hasSomething(within: 60_000)
                return connection
            }
            defer { _ = silent }
            return try await orderlyEnd(appliance.binary)
        }
    }
}
