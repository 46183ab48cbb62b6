import Domain
import TestSupport
import Testing

/// Invariants 1, 2 and 8 on the real binary: it is killed under load again and again, and nothing that it had
/// acknowledged is missing.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct PowerLossTests {
    @Test func nothingAcknowledgedIsLost() async throws {
        let appliance = try await Appliance.start()
        let data = appliance.binary.data
        let load = try Load(key: appliance.deviceKey)
        var random = SeededGenerator(20)
        var binary = appliance.binary
        for round in 1...20 {
            let port = binary.port
            async let traffic: Void = load.run(port: port)
            await load.acknowledgements(Int.random(in: 50...600, using: &random))
            await binary.kill()
            await traffic
            binary = try await RunningBinary.start(data: data, settings: Appliance.unlimited)
            // The start has checked the database; a damaged one would lie beside it now.
            let names = ScratchFolder.names(in: data)
            #expect(!names.contains { $0.contains("damaged") }, "round \(round): \(names)")
            #expect(ScratchFolder.names(in: data + "/tmp").isEmpty, "round \(round)")
        }
        let acknowledged = load.acknowledged
        #expect(acknowledged.count >= 20 * 50)
        #expect(load.wrong.isEmpty, "\(load.wrong.prefix(5))")
        #expect(acknowledged.values.contains { $0.hasPicture })

        let notices = try await binary.ask(.get("/api/health", key: appliance.adminKey))["notices"]?.arrayValue
        let codes = notices?.map { $0.objectValue?["code"]?.stringValue }
        #expect(codes == ["unclean_stop"])
        for id in acknowledged.keys.sorted().prefix(20) {
            #expect(try await binary.ask(.get("/api/lpr/events/\(id)", key: appliance.adminKey)).status == 200)
        }
        #expect(await binary.stop() == .exited(0), "\(binary.process.errors.text.suffix(2_000))")
        try await StoppedDatabase(data: data).expectNothingLost(of: acknowledged)
    }
}
