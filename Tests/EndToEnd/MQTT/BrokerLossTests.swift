import Domain
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The broker is away, at the start or later, and comes back.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct BrokerLossTests {
    @Test func nobodyAnswersAtTheStart() async throws {
        let port = try FreePort.pick()
        let settings = Appliance.mqtt([], ["mqtt.brokers": "mqtt://127.0.0.1:\(port)"])
        let appliance = try await Appliance.start(settings: settings)
        let failed = try await appliance.health("failure") { $0.state == "failed" }
        #expect(failed.problem?.contains("127.0.0.1:\(port)") == true, "\(failed)")
        #expect(failed.problem?.contains("refused") == true, "\(failed)")
        #expect(try await appliance.ask(.get("/api/health"))["status"] == "degraded")
        #expect(try await appliance.isAlive())
        let broker = try await Broker.start(port: port)
        let connected = try await appliance.connected()
        #expect(connected.broker == broker.address)
        #expect(connected.version == "5.0")

        await broker.stop()
        let lost = try await appliance.health("loss of the connection") { $0.state == "failed" }
        #expect(lost.problem?.contains(broker.address) == true, "\(lost)")
        try await broker.startAgain()
        try await appliance.connected()
        #expect(await appliance.binary.stop() == .exited(0))
    }

    /// Whatever the broker itself did not lose is stored once, also what cameras send again because the broker went.
    @Test func brokerIsKilledUnderLoad() async throws {
        let broker = try await Broker.start()
        let appliance = try await Appliance.start(with: broker)
        var random = SeededGenerator(32)
        async let sending = MQTTLoad.publish(to: broker, count: 6_000, ["again": "yes", "rate": "1000"])
        var crashes: [Broker.Crash] = []
        for portion: Int64 in 1...3 {
            // Counted from the first event: what is stored while the broker starts must not move a goal beyond the end.
            let goal = portion * 1_200 + Int64.random(in: -1_000...0, using: &random)
            try await eventually("\(goal)th event", every: .milliseconds(10)) {
                try await appliance.storedEvents() >= goal ? true : nil
            }
            crashes.append(try await broker.saveAndKill())
            try await broker.startAgain()
        }
        let sent = try await sending
        #expect(sent.acknowledged.count == 6_000)
        let perhaps = sent.perhapsForgotten(in: crashes)
        #expect(perhaps.count < 5_000)
        let certain = sent.acknowledged.count - perhaps.count
        try await eventually("\(certain) events") { try await appliance.storedEvents() >= certain ? true : nil }
        // Behind everything that was sent.
        let last = try await MQTTLoad.publish(to: broker, prefix: "last", count: 1, ["clients": "1"])
        try await appliance.stored("last-0-0")
        #expect(await appliance.binary.stop() == .exited(0))
        try await StoppedDatabase(of: appliance)
            .expectEachOnce(sent.acknowledged + last.acknowledged, except: perhaps)
    }

    /// A broker that comes back as it was before we had acknowledged gives everything again, under the same numbers.
    @Test func brokerForgetsAcknowledgements() async throws {
        let broker = try await Broker.start()
        let appliance = try await Appliance.start(with: broker)
        appliance.binary.process.send(SIGSTOP)
        let sent = try await MQTTLoad.publish(to: broker, count: 400, ids: "none")
        try await broker.save()
        appliance.binary.process.send(SIGCONT)
        try await eventually("400 events") { try await appliance.storedEvents() == 400 ? true : nil }
        await broker.kill()
        try await broker.startAgain()
        try await appliance.connected()
        let last = try await MQTTLoad.publish(to: broker, prefix: "last", count: 1, ["clients": "1"])
        try await appliance.stored("last-0-0")

        // The same over a restart of the appliance: the marks are on its disk.
        await appliance.binary.kill()
        await broker.kill()
        try await broker.startAgain()
        try await appliance.startAgain()
        let third = try await MQTTLoad.publish(to: broker, prefix: "third", count: 1, ["clients": "1"])
        try await appliance.stored("third-0-0")
        #expect(try await appliance.storedEvents() == 402)
        #expect(await appliance.binary.stop() == .exited(0))
        try await StoppedDatabase(of: appliance)
            .expectEachOnce(sent.acknowledged + last.acknowledged + third.acknowledged)
    }
}
