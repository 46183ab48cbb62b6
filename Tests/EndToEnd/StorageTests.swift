import Domain
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A disk that fills while eight cameras upload, and a sweep that makes room on it.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct StorageTests {
    /// Sends pictures until they are refused.
    /// - Returns: ids of what was acknowledged, in the order of the answers.
    private static func upload(port: UInt16, key: String, _ prefix: String, size: Int) throws -> [String] {
        let picture = base64(try Picture.jpeg(withCommentOf: size))
        var wire = try HTTPWire(port: port)
        var acknowledged: [String] = []
        for number in 0..<2_000 {
            let id = "\(prefix)-\(number)"
            let event: JSONObject = ["event_id": .string(id), "license_plate": "1กก 1234", "image": .string(picture)]
            let answer = try wire.exchange(.send("POST", "/api/lpr/events", .object(event), key: key))
            if answer.status == 507 {
                guard answer["type"]?.stringValue?.hasSuffix("no-picture-space") == true else {
                    throw TestFailure("the disk is full for events too: \(answer.text.prefix(300))")
                }
                return acknowledged
            }
            guard answer.status == 201 else { throw TestFailure("\(answer.status) \(answer.text.prefix(500))") }
            acknowledged.append(id)
        }
        throw TestFailure("pictures are never refused")
    }

    private static func uploadFromEight(port: UInt16, key: String, _ round: String, size: Int) async throws -> [String]
    {
        try await withThrowingTaskGroup(of: [String].self) { group in
            for camera in 0..<8 {
                group.addTask {
                    try await onOwnThread {
                        try upload(port: port, key: key, "\(round)-\(camera)", size: size)
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    @Test("Eight cameras fill the disk: nothing is lost, reads go on; a quota then makes room, and pictures are taken")
    func fillsAndMakesRoom() async throws {
        guard let disk = try await SmallDisk.make(mebibytes: 64) else { return }
        var settings = Appliance.unlimited.merging(["storage.min_free": "6MiB", "storage.quota": "0"]) { $1 }
        let data = disk.path + "/data"
        let binary = try await RunningBinary.start(data: data, settings: settings, prefix: disk.prefix)
        let inside = RunningBinaryInside(binary: binary, prefix: disk.prefix)
        let deviceKey = try await inside.answer("device", "add", "gate-1")
        let adminKey = try await inside.answer("key", "create", "tests", "--role", "admin")

        let first = try await Self.uploadFromEight(port: binary.port, key: deviceKey, "first", size: 300_000)
        #expect(first.count > 80)
        // Reads without pictures go on.
        for number in 0..<50 {
            let event: JSONObject = ["event_id": .string("alone-\(number)"), "license_plate": "1กก 1234"]
            let answer = try await binary.ask(.send("POST", "/api/lpr/events", .object(event), key: deviceKey))
            #expect(answer.status == 201, "\(answer.text)")
        }
        let health = try await binary.ask(.get("/api/health", key: adminKey))
        #expect(health["components"]?.objectValue?["storage"]?.objectValue?["state"] == "failed")
        await binary.kill()

        // A quota far below what is there: started with it, the appliance takes reads at once and makes room.
        settings["storage.quota"] = "40MiB"
        let again = try await RunningBinary.start(data: data, settings: settings, prefix: disk.prefix)
        let alone: JSONObject = ["event_id": "meanwhile", "license_plate": "1กก 1234"]
        #expect(try await again.ask(.send("POST", "/api/lpr/events", .object(alone), key: deviceKey)).status == 201)
        // Any ending: what it is shows below.
        let report = try await eventually("sweep", limit: .seconds(60)) {
            try await again.ask(.get("/api/storage", key: adminKey))["sweeps"]?.arrayValue?.first?.objectValue
        }
        #expect(report["outcome"] == "done", "\(JSONValue.object(report).text)")
        #expect(report["reason"] == "quota")
        let removed = try #require(report["removed"]?.arrayValue?.first?.objectValue)
        #expect(removed["kind"] == "pictures" && removed["files"]?.integerValue ?? 0 > 20)
        // How long is for `make bench` to say: a machine may pause in the middle of it.
        #expect(report["longest_write_ms"]?.integerValue != nil)
        let event: JSONObject = [
            "event_id": "after", "license_plate": "1กก 1234", "image": .string(base64(try Picture.jpeg())),
        ]
        #expect(try await again.ask(.send("POST", "/api/lpr/events", .object(event), key: deviceKey)).status == 201)

        let result = try await Program.run(
            disk.prefix + [try Place.binary(), "storage", "--data", data])
        #expect(result.output.contains("pictures") && result.output.contains("gate-1"), "\(result.output)")
        let plan = try await Program.run(
            disk.prefix + [try Place.binary(), "storage", "sweep", "--dry-run", "--data", data])
        #expect(plan.ending == .exited(0), "\(plan.errors)")
        let sweep = try await Program.run(disk.prefix + [try Place.binary(), "storage", "sweep", "--data", data])
        #expect(sweep.ending == .exited(0) && sweep.output.contains("manual: done"), "\(sweep.output) \(sweep.errors)")
        #expect(await again.stop() == .exited(0), "\(again.process.errors.text.suffix(2_000))")
        try await Self.expectSound(data, disk, first + (0..<50).map { "alone-\($0)" } + ["meanwhile", "after"])
    }

    @Test("Killed again and again in the middle of sweeps: no row names a picture that is gone, and no read is lost")
    func killedInTheMiddle() async throws {
        guard let disk = try await SmallDisk.make(mebibytes: 96) else { return }
        var settings = Appliance.unlimited.merging(["storage.min_free": "6MiB", "storage.quota": "0"]) { $1 }
        let data = disk.path + "/data"
        var binary = try await RunningBinary.start(data: data, settings: settings, prefix: disk.prefix)
        let inside = RunningBinaryInside(binary: binary, prefix: disk.prefix)
        let deviceKey = try await inside.answer("device", "add", "gate-1")
        let adminKey = try await inside.answer("key", "create", "tests", "--role", "admin")
        let sent = try await Self.uploadFromEight(port: binary.port, key: deviceKey, "first", size: 20_000)
        await binary.kill()
        /// Whether it has made all the room there.
        func isDone() async throws -> Bool {
            let report = try await binary.ask(.get("/api/storage", key: adminKey))
            return report["sweeping"] == false && report["counted"] == true
                && report["used_bytes"]?.integerValue ?? .max <= report["high_bytes"]?.integerValue ?? 0
        }
        var interrupted = 0
        // Less each time, so that there is something to do for the next one when a sweep was over before it was seen.
        for (round, quota) in [24, 21, 18, 16, 14, 13].enumerated() {
            settings["storage.quota"] = "\(quota)MiB"
            binary = try await RunningBinary.start(data: data, settings: settings, prefix: disk.prefix)
            let directory = disk.root + "/data/images"
            let before = Self.count(directory)
            let isUnderWay = try await eventually("a sweep under way, round \(round)") { () -> Bool? in
                if Self.count(directory) < before { return true }
                return try await isDone() ? false : nil
            }
            interrupted += isUnderWay ? 1 : 0
            await binary.kill()
            try await Self.expectSound(data, disk, sent)
            if !isUnderWay, interrupted > 0 { break }
        }
        #expect(interrupted > 0)
        binary = try await RunningBinary.start(data: data, settings: settings, prefix: disk.prefix)
        try await eventually("the end of the sweep") { try await isDone() ? true : nil }
        #expect(await binary.stop() == .exited(0), "\(binary.process.errors.text.suffix(2_000))")
        try await Self.expectSound(data, disk, sent)
    }

    private static func count(_ directory: String) -> Int {
        ScratchFolder.names(in: directory).reduce(0) { sum, name in
            name.contains(".") ? sum + 1 : sum + count(directory + "/" + name)
        }
    }

    /// Every acknowledged read is there; what a row names is whole; each row is in the feed.
    private static func expectSound(_ data: String, _ disk: SmallDisk, _ acknowledged: [String]) async throws {
        let database = StoppedDatabase(data: data, prefix: disk.prefix)
        let stored = Set(try await database.rows("SELECT event_id FROM lpr_events").map { $0[0] })
        #expect(stored.isSuperset(of: acknowledged))
        let mute = try await database.rows(
            """
            SELECT event_id FROM lpr_events WHERE image_path IS NULL AND thumbnail_path IS NOT NULL
                AND pictures_removed_at IS NULL
            """)
        #expect(mute.isEmpty, "a picture is gone and nothing says so: \(mute.prefix(5))")
        try await database.expectNothingLost(of: [:], root: disk.root + "/data")
    }
}
