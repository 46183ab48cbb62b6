import Domain
import TestSupport
import Testing

/// Invariants 1 and 3 by MQTT: the appliance is killed again and again while messages arrive, and each message that the
/// broker had acknowledged is stored once, whether it names itself or not.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct MQTTPowerLossTests {
    @Test(arguments: [31, 32]) func everyMessageIsStoredOnce(seed: UInt64) async throws {
        let broker = try await Broker.start()
        let appliance = try await Appliance.start(with: broker)
        var random = SeededGenerator(seed)
        let count = 20_000
        async let sending = MQTTLoad.publish(to: broker, count: count, ids: "some")
        for _ in 1...10 {
            // Now and then before it is connected again, most times in the middle.
            let goal = try await appliance.storedEvents() + Int64.random(in: 0...2_400, using: &random)
            try await eventually("\(goal)th event", every: .milliseconds(10)) {
                let stored = try await appliance.storedEvents()
                return stored >= min(goal, Int64(count)) ? true : nil
            }
            await appliance.binary.kill()
            try await appliance.startAgain()
        }
        let sent = try await sending
        #expect(sent.acknowledged.count == count)
        try await eventually("last of \(count) events", limit: .seconds(120)) {
            try await appliance.storedEvents() >= count ? true : nil
        }
        #expect(try await appliance.ask(.get("/api/rejected", key: appliance.adminKey))["rejected"] == [])
        #expect(await appliance.binary.stop() == .exited(0), "\(appliance.binary.process.errors.text.suffix(2_000))")
        try await StoppedDatabase(of: appliance).expectEachOnce(sent.acknowledged)
    }
}
