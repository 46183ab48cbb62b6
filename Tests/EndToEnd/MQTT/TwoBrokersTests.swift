import Testing

/// The second broker stands in for the first, and two boxes do not fight for one name.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct TwoBrokersTests {
    @Test func secondStandsInForTheFirst() async throws {
        let (first, second) = (try await Broker.start(), try await Broker.start())
        let appliance = try await Appliance.start(with: first, second)
        #expect(try await appliance.health().broker == first.address)
        #expect(second.connections(of: Appliance.box) == 0)
        async let atFirst = MQTTLoad.publish(
            to: first, prefix: "first", count: 3_000, ["again": "yes", "rate": "500"])
        try await eventually("500 events") { try await appliance.storedEvents() >= 500 ? true : nil }

        // In order, so that it keeps what it has acknowledged.
        await first.stop()
        let standIn = try await appliance.health("second broker") {
            $0.broker == second.address && $0.state != "failed"
        }
        #expect(standIn.state == "degraded", "\(standIn)")
        #expect(standIn.problem?.contains(first.address) == true, "\(standIn)")
        try await second.hasNoted(for: Appliance.box)
        try await second.publishAndExpect("while-away", appliance)
        // Over the return to the first one.
        async let atSecond = MQTTLoad.publish(to: second, prefix: "second", count: 2_000, ["rate": "200"])

        try await first.startAgain()
        let back = try await appliance.connected(limit: .seconds(120))
        #expect(back.broker == first.address)
        let sent = try await atFirst.acknowledged
        try await first.publishAndExpect("back", appliance)
        // What the second one has got meanwhile waits there, and comes when it is needed again.
        let waiting = try await atSecond.acknowledged
        await first.stop()
        try await appliance.health("second broker again") { $0.broker == second.address }
        try await eventually("all events") {
            try await appliance.storedEvents() == 3_000 + 2_000 + 2 ? true : nil
        }
        #expect(await appliance.binary.stop() == .exited(0))
        try await StoppedDatabase(of: appliance).expectEachOnce(sent + waiting)
    }

    @Test func twoBoxesOfOneName() async throws {
        let broker = try await Broker.start()
        let boxes = [try await Appliance.start(with: broker), try await Appliance.start(with: broker)]
        // MQTT 5 knows a word for it, which not every broker says; then it shows by connections that never hold.
        try await eventually("box that knows of its rival") {
            for box in boxes
            where try await box.health().problem?.contains("client id \(Appliance.box)") == true {
                return true
            }
            return nil
        }
        let before = broker.connections(of: Appliance.box)
        #expect(before <= 8, "\(broker.log)")
        // They leave it to each other for longer and longer.
        let time = try await ContinuousClock().measure { try await Task.sleep(for: .seconds(8)) }
        let more = broker.connections(of: Appliance.box) - before
        #expect(Double(more) <= 3 * (time / .seconds(8)), "\(more) in \(time)\n\(broker.log.suffix(3_000))")
        for box in boxes {
            #expect(try await box.isAlive())
            #expect(await box.binary.stop() == .exited(0))
        }
    }
}
