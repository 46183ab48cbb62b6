import Domain
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// While the disk is full nothing is acknowledged to the broker: it keeps what comes.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct MQTTFullDiskTests {
    @Test(arguments: ["0", "6MiB"]) func brokerKeepsWhatHasNoRoom(reserve: String) async throws {
        guard let disk = try await SmallDisk.make(mebibytes: 24) else { return }
        let broker = try await Broker.start()
        let settings = Appliance.unlimited.merging(
            Appliance.mqtt([broker], ["storage.min_free": reserve])
        ) { $1 }
        let data = disk.path + "/data"
        func start() async throws -> RunningBinary {
            try await RunningBinary.start(data: data, settings: settings, prefix: disk.prefix)
        }
        var binary = try await start()
        let key = try await RunningBinaryInside(binary: binary, prefix: disk.prefix)
            .answer("key", "create", "tests", "--role", "admin")
        func stored() async throws -> Int64 {
            let answer = try await binary.ask(.get("/api/statistics?bucket=day", key: key))
            return answer["total"]?.objectValue?["events"]?.integerValue ?? -1
        }
        let first = try await MQTTLoad.publish(to: broker, prefix: "first", count: 20)
        try await eventually("first events") { try await stored() == 20 ? true : nil }

        // The file of somebody else takes what is left.
        let ballast = disk.root + "/ballast"
        try fillToTheLastByte(ballast)
        let second = try await MQTTLoad.publish(
            to: broker, prefix: "second", count: 1_000, ids: "some", ["filler": "4000"])
        let full = try await eventually("health that says it") {
            let health = try MQTTHealth(try await binary.ask(.get("/api/health", key: key)))
            return !health.isConnected && health.problem?.contains("acknowledged") == true ? health : nil
        }
        #expect(full.problem?.isEmpty == false)
        #expect(try await stored() < 1_020)

        // Killed and started again in the middle of it.
        await binary.kill()
        binary = try await start()
        let again = try await MQTTLoad.publish(to: broker, prefix: "third", count: 100)
        #expect(try await stored() < 1_020)

        #expect(unlink(ballast) == 0)
        try await eventually("all of it") { try await stored() == 1_120 ? true : nil }
        try await eventually("end of the trouble") {
            try MQTTHealth(try await binary.ask(.get("/api/health", key: key))).isConnected ? true : nil
        }
        #expect(try await binary.ask(.get("/api/rejected", key: key))["rejected"] == [])
        #expect(await binary.stop() == .exited(0), "\(binary.process.errors.text.suffix(2_000))")
        try await StoppedDatabase(data: data, prefix: disk.prefix)
            .expectEachOnce(first.acknowledged + second.acknowledged + again.acknowledged)
    }
}
