import Domain
import Logging
import Store
import TestSupport
import Testing
import Upstream

/// The replicator between a local database and a real centre.
@Suite("The replicator", .enabled(if: PostgresServer.isInstalled))
struct ReplicatorTests {
    private func ids(_ centre: Centre) async throws -> String {
        try await blocking {
            try centre.psql(
                "SELECT coalesce(string_agg(event_id, ' ' ORDER BY event_id COLLATE \"C\"), '') FROM lpr.lpr_events")
        }
    }

    private func value(_ centre: Centre, _ sql: String) async throws -> String {
        try await blocking { try centre.psql(sql) }
    }

    @Test("Events, corrections, deletions and devices arrive, also over restarts")
    func everything() async throws {
        let folder = try ScratchFolder()
        let centre = try await blocking { try Centre() }
        var site = try FeedSite(folder.path, centre, batchRows: 2)
        try await site.insert("a", "b", "c", "d", "e")
        try await site.isEven()
        #expect(try await ids(centre) == "a b c d e")
        try await site.store.write { context in
            _ = try context.delete(eventID: "b", by: "ann")
            var correction = EventCorrection()
            correction.note = "seen"
            _ = try context.correct(eventID: "c", correction, by: "ann")
            _ = try context.delete(eventID: "d", by: "ann")
            _ = try context.insert(.sample("d", hours: 24 * 40))
            _ = try context.register(EdgeDevice(deviceID: "cam-1", createdAt: context.now, updatedAt: context.now))
        }
        try await site.stop()
        site = try FeedSite(folder.path, centre)
        try await site.insert("f")
        try await site.isEven()
        #expect(try await ids(centre) == "a c d e f")
        #expect(
            try await value(
                centre,
                "SELECT note, (SELECT captured_at::date FROM lpr.lpr_events WHERE event_id = 'd'), "
                    + "(SELECT count(*) FROM lpr.edge_devices), (SELECT epoch FROM lpr.sites) "
                    + "FROM lpr.lpr_events WHERE event_id = 'c'") == "seen|2026-12-11|1|1")
        try await site.stop()
    }

    @Test("A row that the centre refuses is put aside; all others go on, and it follows once it is right")
    func parked() async throws {
        let folder = try ScratchFolder()
        let centre = try await blocking { try Centre() }
        let site = try FeedSite(folder.path, centre)
        try await site.store.write { context in
            for number in 0..<300 {
                _ = try context.insert(
                    .sample("e\(number)", metadata: number % 100 == 42 ? #"{"text":"a\u0000b"}"# : "{}"))
            }
        }
        try await site.isEven()
        #expect(site.status.parkedRows == 3)
        #expect(try await value(centre, "SELECT count(*) FROM lpr.lpr_events") == "297")
        let row = try #require(try await site.store.read { try ParkedRow.page(after: nil, limit: 1, $0) }.first)
        #expect(row.key == "e42" && row.sqlstate == "22P05" && row.message.contains("Unicode"))
        // Again, and still refused: one attempt more.
        #expect(try await site.retryAllParked() == 3)
        try await until("tried again") {
            try await site.store.read { try ParkedRow.page(after: nil, limit: 9, $0) }.allSatisfy { $0.attempts > 1 }
        }
        // What is deleted here needs no place there.
        try await site.store.write { context in
            for id in ["e42", "e142", "e242"] { _ = try context.delete(eventID: id, by: "ann") }
            _ = try context.insert(.sample("e142"))
        }
        try await site.isEven()
        try await until("none is refused any more") { site.status.parkedRows == 0 }
        #expect(try await value(centre, "SELECT count(*) FROM lpr.lpr_events") == "298")
        try await site.stop()
    }

    @Test("A database that begins anew is a new epoch: what the centre has stays, and what is here comes")
    func beginsAnew() async throws {
        let (first, second) = (try ScratchFolder(), try ScratchFolder())
        let centre = try await blocking { try Centre() }
        var site = try FeedSite(first.path, centre)
        try await site.insert("a", "b", "c")
        try await site.isEven()
        try await site.stop()
        site = try FeedSite(second.path, centre)
        // The same numbers of the feed for other rows.
        try await site.insert("b", "x", "y")
        try await site.isEven()
        #expect(try await ids(centre) == "a b c x y")
        #expect(try await value(centre, "SELECT epoch, backfill_after IS NULL FROM lpr.sites") == "2|t")
        #expect(site.status.epoch == 2)
        try await site.stop()
    }

    @Test("A feed that was trimmed before the first contact: the stored events are walked through")
    func walksThrough() async throws {
        let folder = try ScratchFolder()
        let centre = try await blocking { try Centre() }
        do {
            let store = try Store(
                Store.Configuration(
                    directory: folder.path, clock: WallClock { CivilDate(year: 2026, month: 11, day: 1).instant }),
                logger: .init(label: "test"))
            try await store.write { context in
                for number in 0..<50 { _ = try context.insert(.sample("e\(number)")) }
                _ = try context.register(EdgeDevice(deviceID: "cam-1", createdAt: context.now, updatedAt: context.now))
            }
            var limits = Upkeep.Limits()
            limits.changeRows = 10
            _ = await Upkeep(store).run(limits)
            try await store.close()
        }
        let site = try FeedSite(folder.path, centre, batchRows: 7)
        try await site.isEven()
        #expect(try await value(centre, "SELECT count(*), count(DISTINCT event_id) FROM lpr.lpr_events") == "50|50")
        #expect(try await value(centre, "SELECT count(*) FROM lpr.edge_devices") == "1")
        try await until("the mark") { site.store.confirmed.eventRow == 50 }
        try await site.stop()
    }

    @Test("What was lost at the centre is sent anew when somebody wants it")
    func resync() async throws {
        let folder = try ScratchFolder()
        let centre = try await blocking { try Centre() }
        let site = try FeedSite(folder.path, centre)
        try await site.insert("a", "b", "c")
        try await site.isEven()
        _ = try await value(centre, "DELETE FROM lpr.lpr_events; DELETE FROM lpr.event_keys")
        try await site.resync()
        try await until("all are there again") { try await ids(centre) == "a b c" }
        try await site.isEven()
        #expect(try await site.store.read { try ResyncWish.read($0) } == nil)
        try await site.stop()
    }

    @Test("The communication log is sent too when that is wanted")
    func logs() async throws {
        let folder = try ScratchFolder()
        let centre = try await blocking { try Centre() }
        let site = try FeedSite(folder.path, centre, batchRows: 3, sendsLogs: true)
        try await site.store.write { context in
            for number in 0..<10 {
                try context.log(
                    CommunicationLogEntry(
                        protocol: .http, direction: .inbound, source: "cam-\(number)", destination: "gate",
                        messageType: "event", isSuccess: true, latency: .milliseconds(1), byteCount: 10,
                        createdAt: context.now))
            }
        }
        try await until("the log is there") {
            try await value(centre, "SELECT count(*) FROM lpr.communication_logs") == "10"
        }
        try await site.stop()
    }

    @Test("While the centre is away what comes is kept, and the state says why")
    func outage() async throws {
        let folder = try ScratchFolder()
        let server = try await blocking { try PostgresServer() }
        let centre = try await blocking { try Centre(on: server) }
        let site = try FeedSite(folder.path, centre)
        try await site.insert("a")
        try await site.isEven()
        try await blocking { try server.kill() }
        try await site.insert("b")
        try await until("it is noticed") { site.status.problem != nil && site.status.lagRows == 1 }
        #expect(site.status.state == .waiting || site.status.state == .connecting)
        try await blocking { try server.startAgain() }
        try await site.isEven()
        #expect(try await ids(centre) == "a b")
        #expect(site.status.problem == nil)
        try await site.stop()
    }
}
