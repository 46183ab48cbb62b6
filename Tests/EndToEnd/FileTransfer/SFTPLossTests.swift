import Domain
import TestSupport
import Testing

/// Invariants 1 and 8 by SFTP: killed in the middle, or on a disk that fills, nothing that a camera was told is lost.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct SFTPLossTests {
    @Test func killedUnderLoad() async throws {
        let appliance = try await Appliance.start()
        let camera = try await FileCamera(appliance)
        var random = SeededGenerator(5)
        var acknowledged: [String] = []
        for round in 1...6 {
            let port = try await FileCamera.port(of: appliance)
            let child = try PythonProgram.spawn(
                "sftp_load",
                [
                    "port": port, "accounts": "gate-1:\(appliance.deviceKey)", "threads": "3", "prefix": "r\(round)-",
                    "bytes": "60000",
                ], limit: .seconds(60))
            let count = Int.random(in: 5...60, using: &random)
            _ = try await child.output.line(after: "acknowledged \(count): ", limit: .seconds(60))
            await appliance.binary.kill()
            let seen = try await PythonProgram.seen("sftp_load", child)
            acknowledged += (seen["acknowledged"]?.arrayValue ?? []).compactMap { $0.stringValue }
            try await appliance.startAgain()
        }
        #expect(acknowledged.count >= 30)
        let paths = Set(try await camera.waitingFiles())
        let lost = acknowledged.filter { !paths.contains($0) }
        #expect(lost.isEmpty, "\(lost.prefix(5)) of \(acknowledged.count)")
        // Each is whole: the event that names it gets it.
        for path in acknowledged.prefix(10) {
            let id = String(path.dropLast(4))
            #expect(try await camera.announce(id, path: nil).status == 201)
            #expect(try await camera.image(of: id)?.count ?? 0 > 60_000)
        }
    }

    @Test func theDiskFillsWhileEightCamerasUpload() async throws {
        guard let disk = try await SmallDisk.make(mebibytes: 48) else { return }
        let data = disk.path + "/data"
        let settings = Appliance.unlimited.merging(["storage.min_free": "4MiB", "storage.quota": "0"]) { $1 }
        let binary = try await RunningBinary.start(data: data, settings: settings, prefix: disk.prefix)
        let inside = RunningBinaryInside(binary: binary, prefix: disk.prefix)
        let adminKey = try await inside.answer("key", "create", "tests", "--role", "admin")
        var accounts: [String] = []
        for number in 1...8 {
            accounts.append("gate-\(number):" + (try await inside.answer("device", "add", "gate-\(number)")))
        }
        let health = try await binary.ask(.get("/api/health", key: adminKey))
        let address = health["components"]?.objectValue?["ssh"]?.objectValue?["listen"]?.arrayValue?.first?.stringValue
        let port = try #require(address?.split(separator: ":").last.map(String.init))
        let seen = try await PythonProgram.run(
            "sftp_load",
            [
                "port": port, "accounts": accounts.joined(separator: ","), "threads": "8", "prefix": "full-",
                "bytes": "300000",
            ])
        let acknowledged = (seen["acknowledged"]?.arrayValue ?? []).compactMap { $0.stringValue }
        #expect(acknowledged.count > 20)
        // Refused when it is opened, or, when it is the one that does not fit any more, when it is closed.
        let refusal = seen["refusal"]?.stringValue ?? ""
        #expect(refusal.contains("no room") || refusal.contains("the disk is full"), "\(refusal)")
        // Events go on, and nothing that was acknowledged is missing.
        let event = try await binary.ask(
            .send(
                "POST", "/api/lpr/events", ["edge_device_id": "gate-1", "license_plate": "1กก 1", "confidence": 1],
                key: adminKey))
        #expect(event.status == 201, "\(event.text)")
        var paths: Set<String> = []
        var cursor = ""
        while true {
            let page = try await binary.ask(.get("/api/files?state=unclaimed&limit=500\(cursor)", key: adminKey))
            paths.formUnion((page["files"]?.arrayValue ?? []).compactMap { $0.objectValue?["path"]?.stringValue })
            guard let next = page["next"]?.stringValue else { break }
            cursor = "&cursor=\(next)"
        }
        #expect(acknowledged.allSatisfy { paths.contains($0) })
        #expect(await binary.stop() == .exited(0))
    }
}
