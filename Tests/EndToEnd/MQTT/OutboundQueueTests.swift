import Domain
import Testing

/// What is to be told waits while the broker is away, on disk, and is bounded.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct OutboundQueueTests {
    private static func post(_ range: Range<Int>, to appliance: Appliance) async throws -> [String] {
        let ids = range.map { "post-\($0)" }
        let events = ids.map { id -> JSONValue in ["event_id": .string(id), "license_plate": "1กก 1234"] }
        let answer = try await appliance.ask(
            .send("POST", "/api/lpr/events/batch", .array(events), key: appliance.deviceKey))
        guard answer["created"]?.integerValue == Int64(ids.count) else {
            throw TestFailure("\(answer.status) \(answer.text.prefix(500))")
        }
        return ids
    }

    /// Waits until all of these were heard, and tells them in the order in which each was heard first.
    private static func heard(_ ids: [String], by listener: TopicListener) async throws -> [String] {
        var order: [String] = []
        do {
            try await eventually("word of \(ids.count) events", every: .milliseconds(200)) {
                order = listener.values(of: "event_id", on: "lpr/data/processed")
                return Set(order).isSuperset(of: ids) ? true : nil
            }
        } catch {
            throw TestFailure("\(error); missing are \(ids.filter { !order.contains($0) }.prefix(20))")
        }
        var seen: Set<String> = []
        return order.filter { seen.insert($0).inserted }
    }

    @Test func nothingIsLostWhileTheBrokerIsAway() async throws {
        let broker = try await Broker.start()
        let appliance = try await Appliance.start(with: broker)
        let listener = try await TopicListener.start("lpr/data/processed", "lpr/data/error", at: broker)
        var ids = try await Self.post(0..<50, to: appliance)
        _ = try await Self.heard(ids, by: listener)

        await broker.stop()
        ids += try await Self.post(50..<300, to: appliance)
        let wrong = try await appliance.ask(
            .send("POST", "/api/lpr/events", ["confidence": 7], key: appliance.deviceKey))
        #expect(wrong.status == 422)
        try await appliance.health("250 waiting messages") { $0.state == "failed" && $0.waiting >= 251 }
        try await broker.startAgain()
        var order = try await Self.heard(ids, by: listener)
        #expect(order == ids, "another order")
        try await listener.first("error of the message by HTTP") {
            $0.topic == "lpr/data/error" && $0.json["protocol"] == "http"
        }
        try await appliance.health("empty queue") { $0.waiting == 0 && $0.dropped == 0 }

        // Over a stop and over a kill.
        await broker.stop()
        ids += try await Self.post(300..<400, to: appliance)
        #expect(await appliance.binary.stop() == .exited(0))
        try await appliance.startAgain()
        ids += try await Self.post(400..<500, to: appliance)
        await appliance.binary.kill()
        try await appliance.startAgain()
        try await appliance.health("200 waiting messages") { $0.waiting >= 200 }
        try await broker.startAgain()
        order = try await Self.heard(ids, by: listener)
        #expect(order == ids, "another order")

        // Stopped in order, nothing is said twice.
        try await appliance.health("empty queue") { $0.waiting == 0 && $0.dropped == 0 }
        let before = listener.messages.count
        #expect(await appliance.binary.stop() == .exited(0))
        try await appliance.startAgain()
        try await appliance.connected()
        ids += try await Self.post(500..<501, to: appliance)
        _ = try await Self.heard(ids, by: listener)
        #expect(listener.messages.count == before + 1)
        #expect(await appliance.binary.stop() == .exited(0))
    }

    @Test func oldestAreLeftOutBeyondTheLimit() async throws {
        let broker = try await Broker.start()
        let appliance = try await Appliance.start(with: broker, settings: ["mqtt.queue_limit": "1000"])
        let listener = try await TopicListener.start("lpr/data/processed", at: broker)
        await broker.stop()
        var ids: [String] = []
        for start in stride(from: 0, to: 3_000, by: 1_000) {
            ids += try await Self.post(start..<start + 1_000, to: appliance)
        }
        let health = try await appliance.health("dropped messages") { $0.dropped >= 2_000 }
        // What is no event counts until it is looked at.
        #expect(health.waiting <= 1_000, "\(health)")
        #expect((2_000...2_010).contains(health.dropped), "\(health)")
        try await broker.startAgain()
        let order = try await Self.heard(Array(ids.suffix(1_000)), by: listener)
        #expect(order == ids.suffix(1_000))
        // None of the events themselves is gone.
        #expect(try await appliance.storedEvents() == 3_000)
        try await appliance.health("count that stays") { (2_000...2_010).contains($0.dropped) && $0.waiting == 0 }
        #expect(await appliance.binary.stop() == .exited(0))
    }

    /// `mqtt.processed` says which events are told.
    @Test func noneIsToldWhenNobodyWantsIt() async throws {
        let broker = try await Broker.start()
        let appliance = try await Appliance.start(with: broker, settings: ["mqtt.processed": "none"])
        let listener = try await TopicListener.start("lpr/data/processed", "lpr/data/error", at: broker)
        _ = try await Self.post(0..<10, to: appliance)
        try await broker.publish("lpr/data/edge/gate-1", "no JSON")
        try await listener.first("error") { $0.topic == "lpr/data/error" }
        #expect(listener.values(of: "event_id", on: "lpr/data/processed").isEmpty)
        try await appliance.health("empty queue") { $0.waiting == 0 }
        #expect(await appliance.binary.stop() == .exited(0))
    }
}
