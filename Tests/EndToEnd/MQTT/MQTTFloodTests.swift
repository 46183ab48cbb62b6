import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// More messages at once than can be stored at once: they wait at the broker, not in memory (invariant 5).
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct MQTTFloodTests {
    /// `FLOOD_MESSAGES` sends another number.
    private static let count = getenv("FLOOD_MESSAGES").flatMap { Int(String(cString: $0)) } ?? 100_000

    @Test func everythingIsStoredInLittleMemory() async throws {
        let broker = try await Broker.start()
        let appliance = try await Appliance.start(with: broker)
        let begin = ContinuousClock().now
        let sent = try await MQTTLoad.publish(to: broker, count: Self.count, ids: "some", ["window": "1000"])
        let isSent = ContinuousClock().now
        #expect(sent.acknowledged.count == Self.count)
        try await eventually("\(Self.count) events", limit: .seconds(300)) {
            try await appliance.storedEvents() >= Self.count ? true : nil
        }
        print("\(Self.count) messages: sent in \(isSent - begin), stored in \(ContinuousClock().now - begin)")
        let reading = try ProcessReading(of: appliance.binary.process.pid)
        #expect(reading.peakMemory < 150 << 20, "\(reading.peakMemory >> 20) MiB")
        #expect(try await appliance.health().isConnected)
        #expect(await appliance.binary.stop() == .exited(0))
        try await StoppedDatabase(of: appliance).expectEachOnce(sent.acknowledged)
    }
}
