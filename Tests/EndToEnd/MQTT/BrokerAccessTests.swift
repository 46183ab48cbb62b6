import Testing

/// A broker that does not let us in, or that we do not trust: it is said in words that help, without a busy loop, and
/// once the cause is gone the connection is made, without a restart where no setting has to change.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct BrokerAccessTests {
    @Test(arguments: BrokerFault.allCases) func faultIsToldAndCanBeMended(fault: BrokerFault) async throws {
        let place = try await FaultyPlace(fault)
        let appliance = try await Appliance.start(settings: place.settings)
        // On a busy machine an attempt may end by its limit of time before.
        let health = try await appliance.health("failure") {
            $0.state == "failed" && $0.problem?.contains(fault.words) == true
        }
        #expect(health.problem?.contains(":\(place.broker.port)") == true, "\(health)")
        try await Self.expectPatience(appliance, place.broker)
        #expect(try await appliance.isAlive())

        let changes = try await place.mend()
        if !changes.isEmpty {
            #expect(await appliance.binary.stop() == .exited(0))
            try await appliance.startAgain(changes)
        }
        let connected = try await appliance.connected(limit: .seconds(120))
        #expect(connected.version == "5.0")
        try await place.broker.hasNoted(for: Appliance.box)
        #expect(place.broker.connections(of: Appliance.box) == 1)
        #expect(!appliance.binary.process.errors.text.contains("-secret"), "a password in the log")
        #expect(await appliance.binary.stop() == .exited(0))
    }

    /// Few attempts, and little work.
    static func expectPatience(_ appliance: Appliance, _ broker: Broker) async throws {
        let pid = appliance.binary.process.pid
        let (attempts, work) = (broker.attempts, try ProcessReading(of: pid).processorTime)
        let time = try await ContinuousClock().measure { try await Task.sleep(for: .seconds(3)) }
        let (more, spent) = (broker.attempts - attempts, try ProcessReading(of: pid).processorTime - work)
        #expect(Double(more) <= 2 * (time / .seconds(1)), "\(more) attempts in \(time)")
        #expect(spent < time / 5, "\(spent) of work in \(time)")
    }
}
