import Domain
import TestSupport
import Testing

/// The centre refuses a row: it is set aside, shown and sent again, and all others go on.
@Suite(.oneOfAFew, .enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct RefusedRowTests {
    @Test func badRowsAreParked() async throws {
        let centre = try await CentralDatabase.make()
        try await centre.psql(
            "ALTER TABLE lpr.lpr_events ADD CONSTRAINT no_bad CHECK (license_plate NOT IN ('1กก 666', '1กก 667'))")
        let appliance = try await Appliance.start(settings: centre.settings())
        try await appliance.post(1...300, prefix: "good")
        // No text of a jsonb may hold it.
        try await appliance.post(1...1, prefix: "null", metadata: ["x": "a\u{0}b"])
        try await appliance.post(301...400, prefix: "good")
        try await appliance.post(1...1, prefix: "mended", plate: "1กก 666")
        try await appliance.post(1...1, prefix: "allowed", plate: "1กก 667")
        try await appliance.post(401...500, prefix: "good")
        try await appliance.caughtUp()
        let parked = try await appliance.ask(.get("/api/upstream/parked", key: appliance.adminKey))
        #expect(parked["count"] == 3)
        let rows = parked["parked"]?.arrayValue?.compactMap(\.objectValue) ?? []
        let keys = rows.compactMap { $0["entity_key"]?.stringValue }
        #expect(keys == ["null-1", "mended-1", "allowed-1"])
        #expect(rows.first?["sqlstate"] == "22P05", "\(parked.text)")
        #expect(rows.last?["sqlstate"] == "23514")
        let list = try await appliance.binary.command("upstream", "parked")
        #expect(keys.allSatisfy { list.output.contains($0) }, "\(list.output) \(list.errors)")
        let health = try await appliance.ask(.get("/api/health", key: appliance.adminKey))
        #expect(health["status"] == "degraded")
        #expect(try await centre.events() == 501)

        // By a correction.
        try await appliance.correct("mended-1", plate: "1กก 668")
        try await appliance.upstream("two parked rows") { $0["parked_rows"] == 2 }
        // By somebody at the centre, and a retry.
        try await centre.psql("ALTER TABLE lpr.lpr_events DROP CONSTRAINT no_bad")
        let id = rows.last?["id"]?.integerValue ?? 0
        let retried = try await appliance.ask(
            .send("POST", "/api/upstream/parked/\(id)/retry", [:] as JSONValue, key: appliance.adminKey))
        #expect(retried.status == 202, "\(retried.text)")
        try await appliance.upstream("one parked row") { $0["parked_rows"] == 1 }
        // In vain, which is counted, and then by its deletion.
        let again = try await appliance.binary.command("upstream", "parked", "--retry", "all")
        #expect(again.ending == .exited(0), "\(again.errors)")
        try await eventually("second attempt") {
            let page = try await appliance.ask(.get("/api/upstream/parked", key: appliance.adminKey))
            return page["parked"]?.arrayValue?.first?.objectValue?["attempts"] == 2 ? true : nil
        }
        try await appliance.delete("null-1")
        try await appliance.upstream("no parked row") { $0["parked_rows"] == 0 }
        try await appliance.caughtUp()
        try await appliance.expectEqual(to: centre)
    }

    /// A restart tries them once more: a newer version may send what the one before could not.
    @Test func aRestartTriesThemAgain() async throws {
        let centre = try await CentralDatabase.make()
        try await centre.psql("ALTER TABLE lpr.lpr_events ADD CONSTRAINT no_bad CHECK (license_plate <> '1กก 666')")
        let appliance = try await Appliance.start(settings: centre.settings())
        try await appliance.post(1...3, prefix: "bad", plate: "1กก 666")
        try await appliance.upstream("three parked rows") { $0["parked_rows"] == 3 }
        await appliance.binary.kill()
        try await centre.psql("ALTER TABLE lpr.lpr_events DROP CONSTRAINT no_bad")
        try await appliance.startAgain()
        try await appliance.upstream("no parked row") { $0["parked_rows"] == 0 && $0["state"] == "streaming" }
        try await appliance.caughtUp()
        try await appliance.expectEqual(to: centre)
    }
}
