import Domain
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The disk fills up in the middle of intake.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct FullDiskTests {
    /// Sends events until the disk is full: with large pictures, then with small ones, then without.
    /// - Returns: what was acknowledged.
    private static func fill(
        port: UInt16, key: String, _ round: String
    ) throws -> [String: Load.Acknowledged] {
        var acknowledged: [String: Load.Acknowledged] = [:]
        var wire = try HTTPWire(port: port)
        let sizes: [Int?] = [400_000, 100_000, 0, nil]
        for (step, size) in sizes.enumerated() {
            let picture = try size.map { base64(try Picture.jpeg(withCommentOf: $0)) }
            // What one event of a size takes is free twice at least after another one was stored: this ends.
            for number in 0..<50_000 {
                let id = "\(round)-\(step)-\(number)"
                let plate = "กข \(number % 9_999)"
                var event: JSONObject = ["event_id": .string(id), "license_plate": .string(plate), "confidence": 1]
                if let picture { event["image"] = .string(picture) }
                // Rows of a few kilobytes, so that the database fills too.
                event["metadata"] = ["filler": .string(String(repeating: "\(number) ", count: 400))]
                let answer = try wire.exchange(.send("POST", "/api/lpr/events", .object(event), key: key))
                if answer.status == 507 {
                    guard answer.headers["retry-after"] != nil,
                        answer.headers["content-type"] == "application/problem+json"
                    else { throw TestFailure("507 without its headers: \(answer.headers)") }
                    break
                }
                guard answer.status == 201 else { throw TestFailure("\(answer.status) \(answer.text.prefix(500))") }
                acknowledged[id] = Load.Acknowledged(plate: plate, hasPicture: picture != nil)
                guard number < 49_999 else { throw TestFailure("the disk never fills") }
            }
        }
        return acknowledged
    }

    /// Sends one event until there is room for it again.
    private static func sendUntilStored(port: UInt16, key: String, _ id: String) throws -> [String: Load.Acknowledged] {
        var wire = try HTTPWire(port: port)
        let picture = base64(try Picture.jpeg())
        let event: JSONObject = [
            "event_id": .string(id), "license_plate": "1กก 1234", "confidence": 1, "image": .string(picture),
        ]
        // The free space is read once in a second.
        let limit = ContinuousClock().now + .seconds(120)
        while ContinuousClock().now < limit {
            let answer = try wire.exchange(.send("POST", "/api/lpr/events", .object(event), key: key))
            if answer.status == 201 { return [id: Load.Acknowledged(plate: "1กก 1234", hasPicture: true)] }
            guard answer.status == 507 else { throw TestFailure("\(answer.status) \(answer.text.prefix(500))") }
        }
        throw TestFailure("there is space, and still nothing is stored")
    }

    /// Complete names of the files below a directory.
    private static func files(in directory: String) -> [String] {
        ScratchFolder.names(in: directory).flatMap { name -> [String] in
            let path = directory + "/" + name
            let inside = files(in: path)
            return inside.isEmpty && name.contains(".") ? [path] : inside
        }
    }

    @Test(arguments: ["0", "6MiB"]) func intakeStopsAndGoesOn(reserve: String) async throws {
        guard let disk = try await SmallDisk.make(mebibytes: 40) else {
            return try await withoutSmallDisk()
        }
        // Freed later, as if somebody had removed a file that was in the way.
        let ballast = disk.root + "/ballast"
        try writeFile([UInt8](repeating: 0x62, count: 12 << 20), to: ballast)
        let settings = Appliance.unlimited.merging(["storage.min_free": reserve, "storage.quota": "0"]) { $1 }
        let data = disk.path + "/data"
        let binary = try await RunningBinary.start(data: data, settings: settings, prefix: disk.prefix)
        let inside = RunningBinaryInside(binary: binary, prefix: disk.prefix)
        let deviceKey = try await inside.answer("device", "add", "gate-1")
        let adminKey = try await inside.answer("key", "create", "tests", "--role", "admin")
        let port = binary.port

        var acknowledged = try await onOwnThread { try Self.fill(port: port, key: deviceKey, "first") }
        #expect(acknowledged.count > 10)

        // Reading goes on, and it says what is wrong.
        let list = try await binary.ask(.get("/api/lpr/events?limit=500", key: adminKey))
        #expect(list.status == 200)
        for id in acknowledged.keys.sorted().prefix(10) {
            #expect(try await binary.ask(.get("/api/lpr/events/\(id)", key: adminKey)).status == 200)
        }
        #expect(try await binary.ask(.get("/api/lpr/events/first-0-0/image", key: adminKey)).status == 200)
        let health = try await binary.ask(.get("/api/health", key: adminKey))
        #expect(health["status"]?.stringValue == (reserve == "0" ? health["status"]?.stringValue : "degraded"))
        #expect(ScratchFolder.names(in: disk.root + "/data/tmp").isEmpty)

        #expect(unlink(ballast) == 0)
        acknowledged.merge(
            try await onOwnThread { try Self.sendUntilStored(port: port, key: deviceKey, "between") }
        ) { $1 }
        acknowledged.merge(try await onOwnThread { try Self.fill(port: port, key: deviceKey, "second") }) { $1 }

        // Killed on a full disk, started on a full disk.
        await binary.kill()
        let again = try await RunningBinary.start(data: data, settings: settings, prefix: disk.prefix)
        #expect(try await again.ask(.get("/api/lpr/events/between", key: adminKey)).status == 200)
        #expect(await again.stop() == .exited(0), "\(again.process.errors.text.suffix(2_000))")

        // Stopped in order, and the disk filled to its last byte by something else: it starts all the same.
        try fillToTheLastByte(disk.root + "/something-else")
        let third = try await RunningBinary.start(data: data, settings: settings, prefix: disk.prefix)
        #expect(try await third.ask(.get("/api/lpr/events/between", key: adminKey)).status == 200)
        #expect(await third.stop() == .exited(0), "\(third.process.errors.text.suffix(2_000))")
        #expect(ScratchFolder.names(in: disk.root + "/data/tmp").isEmpty)
        let halves = Self.files(in: disk.root + "/data/images").filter { !Picture.isWhole(contents(of: $0) ?? []) }
        #expect(halves.isEmpty)
        try await StoppedDatabase(data: data, prefix: disk.prefix)
            .expectNothingLost(of: acknowledged, root: disk.root + "/data")
    }

    /// What can be tried where no file system may be mounted: a reserve that is never there.
    private func withoutSmallDisk() async throws {
        let full = try await Appliance.start(settings: ["storage.min_free": "16TiB"])
        let event = Request.send(
            "POST", "/api/lpr/events", ["event_id": "one", "confidence": 1], key: full.deviceKey)
        let refused = try await full.ask(event)
        #expect(refused.status == 507)
        #expect(refused.headers["retry-after"] != nil)
        #expect(try await full.ask(.get("/api/lpr/events", key: full.adminKey)).status == 200)
        #expect(await full.binary.stop() == .exited(0))
        let roomy = try await RunningBinary.start(data: full.binary.data)
        #expect(try await roomy.ask(event).status == 201)
    }
}

/// Commands beside an appliance whose directory can only be seen where `prefix` leads.
struct RunningBinaryInside {
    let binary: RunningBinary
    let prefix: [String]

    func answer(_ arguments: String...) async throws -> String {
        let result = try await Program.run(prefix + [try Place.binary()] + arguments + ["--data", binary.data])
        guard result.ending == .exited(0) else { throw TestFailure("\(arguments): \(result.errors)") }
        return result.line
    }
}
