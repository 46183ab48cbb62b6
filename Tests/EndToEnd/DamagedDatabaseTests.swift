import Domain
import TestSupport
import Testing

/// A damaged database is put aside, never deleted; the appliance goes on with a new one and says so.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct DamagedDatabaseTests {
    enum Damage: CaseIterable, Sendable {
        /// Pages in the middle, found by the check after an unclean stop.
        case pages
        /// The first page, found because the database does not open.
        case header
    }

    @Test(arguments: Damage.allCases) func isPutAside(damage: Damage) async throws {
        let appliance = try await Appliance.start()
        let data = appliance.binary.data
        let load = try Load(key: appliance.deviceKey, cameras: 1)
        async let traffic: Void = load.run(port: appliance.binary.port)
        await load.acknowledgements(2_000)
        load.stop()
        await traffic
        let backup = try await appliance.binary.answer("backup")
        #expect(await appliance.binary.stop() == .exited(0))

        let path = data + "/appliance.sqlite"
        var bytes = try #require(contents(of: path))
        let size = bytes.count
        switch damage {
        case .pages:
            for place in size / 4..<size / 2 { bytes[place] = UInt8(truncatingIfNeeded: place &* 31) }
            try writeFile([], to: data + "/appliance.running")
        case .header:
            for place in 0..<4_096 { bytes[place] = 0x55 }
        }
        try writeFile(bytes, to: path)

        let again = try await RunningBinary.start(data: data)
        let health = try await again.ask(.get("/api/health"))
        #expect(health["status"]?.stringValue == "degraded")
        // Accounts were in the damaged database too: the appliance is to be set up again.
        let setup = try await again.ask(
            .send(
                "POST", "/api/auth/setup",
                [
                    "setup_code": .string(try await again.setupCode()), "username": "somchai",
                    "password": "a long enough sentence",
                ]))
        #expect(setup.status == 201, "\(setup.text)")
        let key = try await again.answer("key", "create", "tests", "--role", "admin")
        let complete = try await again.ask(.get("/api/health", key: key))
        let notice = complete["notices"]?.arrayValue?.first?.objectValue
        #expect(notice?["code"]?.stringValue == "database_recovered")
        let aside = ScratchFolder.names(in: data).filter {
            $0.hasPrefix("appliance.sqlite.damaged-2") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm")
        }
        #expect(aside.count == 1)
        let message = try #require(notice?["message"]?.stringValue)
        #expect(message.contains(try #require(aside.first)))
        #expect(message.contains(try #require(backup.split(separator: "/").last)))
        #expect(contents(of: data + "/" + (aside.first ?? ""))?.count == size)
        let status = try await again.command("status")
        #expect(status.ending == .exited(1))
        #expect(status.output.contains("database_recovered"))
        #expect(await again.stop() == .exited(0))

        let restored = try await Program.run([try Place.binary(), "restore", "--data", data])
        #expect(restored.ending == .exited(0), "\(restored.errors)")
        let back = try await RunningBinary.start(data: data)
        let id = try #require(load.acknowledged.keys.sorted().first)
        #expect(try await back.ask(.get("/api/lpr/events/\(id)", key: appliance.adminKey)).status == 200)
        #expect(await back.stop() == .exited(0))
    }
}
