import Domain
import TestSupport
import Testing

/// The appliance and PostgreSQL are killed at random moments while events, corrections and deletions flow.
@Suite(.oneOfAFew, .enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct SuddenEndTests {
    /// Together 50 ends. Another seed is another course.
    @Test(arguments: [(seed: 71, ends: 25), (seed: 72, ends: 25)])
    func bothSidesAreEqualAfterwards(seed: UInt64, ends: Int) async throws {
        let server = try await blocking { try PostgresServer() }
        let centre = try await CentralDatabase.make(on: server)
        // Small transactions, so that an end hits each part of many.
        let appliance = try await Appliance.start(settings: centre.settings(["upstream.batch_rows": "40"]))
        let traffic = Traffic(appliance, seed: seed)
        var random = SeededGenerator(seed)
        async let running: Void = traffic.run(appliance)
        // Should anything below fail, the end of the test would wait for it.
        defer { traffic.stop() }
        for _ in 0..<ends {
            // Mostly it is connected then, and sometimes it is about to be.
            _ = try? await appliance.upstream("connection", limit: .seconds(2)) { $0["state"] == "streaming" }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...200, using: &random)))
            if Bool.random(using: &random) {
                await appliance.binary.kill()
                try await appliance.startAgain()
            } else {
                try await blocking {
                    server.kill()
                    try server.startAgain()
                }
            }
        }
        traffic.stop()
        try await running
        #expect(traffic.answers[200] ?? 0 > ends, "\(traffic.answers)")
        let state = try await appliance.caughtUp()
        // Nothing of it is another history: nothing was sent anew.
        #expect(state["epoch"] == 1)
        #expect(state["parked_rows"] == 0)
        let events = try await appliance.expectEqual(to: centre)
        #expect(events > ends)
    }
}
