import Domain
import TestSupport
import Testing

/// The network between an appliance and the centre stalls, drops, cuts and resets.
@Suite(.oneOfAFew, .enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct LineTests {
    /// Cut at any byte: in a row, before the end of a transaction is asked for, and before its answer comes.
    @Test func cutsAnywhere() async throws {
        let centre = try await CentralDatabase.make()
        let line = try FaultyLine(to: centre.server.port)
        let appliance = try await Appliance.start(
            settings: centre.settings(["upstream.batch_rows": "40"], port: line.port))
        let traffic = Traffic(appliance, seed: 73)
        var random = SeededGenerator(73)
        async let running: Void = traffic.run(appliance)
        // Should anything below fail, the end of the test would wait for it.
        defer { traffic.stop() }
        for round in 1...10 {
            try await appliance.streaming()
            line.cut(after: Int.random(in: 1...60_000, using: &random), isHard: Bool.random(using: &random))
            try await eventually("cut", every: .milliseconds(5)) { line.cuts >= round ? true : nil }
        }
        traffic.stop()
        try await running
        let state = try await appliance.caughtUp()
        #expect(state["epoch"] == 1)
        try await appliance.expectEqual(to: centre)
    }

    /// The intake does not wait for it, and what was stored meanwhile arrives.
    @Test(arguments: [FaultyLine.State.stalled, .dropping, .resetting])
    func breaksAndHeals(_ state: FaultyLine.State) async throws {
        let centre = try await CentralDatabase.make()
        let line = try FaultyLine(to: centre.server.port)
        let appliance = try await Appliance.start(
            settings: centre.settings(["upstream.statement_timeout": "1s"], port: line.port))
        try await appliance.post(1...100, prefix: "before")
        try await appliance.caughtUp()
        line.set(state)
        for number in 1...5 {
            let took = try await ContinuousClock().measure {
                try await appliance.post(1...50, prefix: "while-\(number)")
            }
            // Who waits for the line waits until it is mended, below.
            #expect(took < .seconds(30))
        }
        try await appliance.delete("before-1")
        try await appliance.correct("before-2", plate: "9กก 9")
        let ill = try await appliance.upstream("word of the broken line") {
            $0["state"] == "waiting" && $0["lag_rows"]?.integerValue ?? 0 >= 252
        }
        let problem = ill["problem"]?.stringValue ?? ""
        #expect(["unreachable", "timeout"].contains(problem), "\(JSONValue.object(ill).text)")
        #expect(ill["lag_seconds"]?.doubleValue ?? 0 > 0)
        line.set(.open)
        let healed = try await appliance.caughtUp()
        #expect(healed["epoch"] == 1)
        try await appliance.expectEqual(to: centre)
    }
}
