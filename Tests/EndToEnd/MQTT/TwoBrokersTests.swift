import Testing

/// The second broker stands in for the first, and two boxes do not fight for one name.
@Suite(.oneOfAFew, .timeLimit(.minutes(15))) struct TwoBrokersTests {
    @Test func secondStandsInForTheFirst() async throws {
        let (first, second) = (try await Broker.start(), try await Broker.start())
        let appliance = try await Appliance.start(with: first, second)
        #expect(try await appliance.health().broker == first.address)
        #expect(second.connections(of: Appliance.box) == 0)
        async let atFirst = MQTTLoad.publish(
            to: first, prefix: "first", count: 3_000, ["again": "yes", "rate": "500"])
        async let atSecond = MQTTLoad.publish(to: second, prefix: "second", count: 1_000, ["rate": "200"])
        try await eventually("500 events") { try await appliance.storedEvents() >= 500 ? true : nil }

        // In order, so that it keeps what it has acknowledged.
        await first.stop()
        let standIn = try await appliance.health("second broker") {
            $0.broker == second.address && $0.state != "failed"
        }
        #expect(standIn.state == "degraded", "\(standIn)")
        #expect(standIn.problem?.contains(first.address) == true, "\(standIn)")
        try await second.publishAndExpect("while-away", appliance)

        try await first.startAgain()
        let back = try await appliance.connected(limit: .seconds(60))
        #expect(back.broker == first.address)
        let sent = try await atFirst.acknowledged
        try await first.publishAndExpect("back", appliance)
        // What the second one has got meanwhile waits there, and comes when it is needed again.
        let waiting = try await atSecond.acknowledged
        await first.stop()
        try await appliance.health("second broker again") { $0.broker == second.address }
        try await eventually("all events") {
            try await appliance.storedEvents() == 3_000 + 1_000 + 2 ? true : nil
        }
        #expect(await appliance.binary.stop() == .exited(0))
        try await StoppedDatabase(data: appliance.binary.data).expectEachOnce(sent + waiting)
    }

    @Test func twoBoxesOfOneName() async throws {
        let broker = try await Broker.start()
        let boxes = [try await Appliance.start(with: broker), try await Appliance.start(with: broker)]
        // The one that lost its session says why, and leaves it to the other for a while.
        let states = try await eventually("box that knows of its rival") {
            var states: [MQTTHealth] = []
            for box in boxes { states.append(try await box.health()) }
            return states.contains { $0.problem?.contains("client id \(Appliance.box)") == true } ? states : nil
        }
        #expect(states.contains { $0.isConnected }, "\(states)")
        let before = broker.connections(of: Appliance.box)
        #expect(before <= 4)
        try await Task.sleep(for: .seconds(6))
        #expect(broker.connections(of: Appliance.box) - before <= 1, "\(broker.log.suffix(3_000))")
        for box in boxes {
            #expect(try await box.isAlive())
            #expect(await box.binary.stop() == .exited(0))
        }
    }
}
