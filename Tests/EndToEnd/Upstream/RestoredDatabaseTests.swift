import Domain
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The site's database is another one than before: what the centre has stays there, and nothing new is passed over.
@Suite(.oneOfAFew, .enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct RestoredDatabaseTests {
    /// - Parameter isAway: whether the centre is away when the restored database gives its first numbers, so that it has
    ///   given more of them than before when both meet.
    @Test(arguments: [false, true])
    func anOldBackupIsPutBack(isAway: Bool) async throws {
        let server = try await blocking { try PostgresServer() }
        let centre = try await CentralDatabase.make(on: server)
        let appliance = try await Appliance.start(settings: centre.settings())
        try await appliance.post(1...60, prefix: "old")
        try await appliance.caughtUp()
        _ = try await appliance.binary.answer("backup")
        let lost = try await appliance.post(1...40, prefix: "lost")
        try await appliance.correct("old-1", plate: "8กก 8")
        try await appliance.delete("old-2")
        let before = try await appliance.caughtUp()
        #expect(before["epoch"] == 1)
        #expect(await appliance.binary.stop() == .exited(0))
        let restored = try await appliance.binary.command("restore")
        #expect(restored.ending == .exited(0), "\(restored.errors)")
        if isAway { await blockingStop(server) }
        try await appliance.startAgain()
        let new = try await appliance.post(1...(isAway ? 200 : 10), prefix: "new")
        if isAway { try await blocking { try server.startAgain() } }
        let state = try await appliance.caughtUp()
        #expect(state["epoch"] == 2)
        #expect(state["parked_rows"] == 0)
        let list = (lost + new).map { "'\($0)'" }.joined(separator: ",")
        let there = try await centre.number("SELECT count(*) FROM lpr.lpr_events WHERE event_id IN (\(list))")
        #expect(there == Int64(lost.count + new.count))
        // And it goes on from there.
        try await appliance.correct("new-1", plate: "7กก 7")
        try await appliance.delete("old-5")
        let later = try await appliance.caughtUp()
        #expect(later["epoch"] == 2)
        try await appliance.expectEqual(to: centre, .contained)
        let deleted = try await centre.number("SELECT count(*) FROM lpr.lpr_events WHERE event_id = 'old-5'")
        #expect(deleted == 0)
    }

    @Test func theDatabaseIsBegunFromNothing() async throws {
        let centre = try await CentralDatabase.make()
        let appliance = try await Appliance.start(settings: centre.settings())
        let old = try await appliance.post(1...60, prefix: "old")
        try await appliance.caughtUp()
        #expect(await appliance.binary.stop() == .exited(0))
        for ending in ["", "-wal", "-shm"] { unlink(appliance.binary.data + "/appliance.sqlite" + ending) }
        let binary = try await appliance.startAgain()
        let key = try await binary.answer("device", "add", "gate-1")
        let admin = try await binary.answer("key", "create", "tests", "--role", "admin")
        let events = (1...30).map { number -> JSONValue in
            ["event_id": .string("new-\(number)"), "confidence": .double(0.5)]
        }
        let answer = try await appliance.ask(.send("POST", "/api/lpr/events/batch", .array(events), key: key))
        #expect(answer["created"] == 30)
        try await eventually("new events at the centre") {
            try await centre.events() == Int64(old.count + 1 + 30) ? true : nil
        }
        let state = try await appliance.ask(.get("/api/upstream", key: admin))
        #expect(state["epoch"] == 2)
        try await appliance.expectEqual(to: centre, .contained)
    }

    private func blockingStop(_ server: PostgresServer) async {
        _ = try? await blocking { server.stop() }
    }
}
