import Domain
import TestSupport
import Testing

/// Much waits for the centre: what is not sent yet does not come into memory.
@Suite(.oneOfAFew, .enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct BacklogTests {
    private static let rows = 100_000
    /// How much more memory a box may take at its peak because it sends them.
    private static let limit = 30 << 20

    @Test func memoryStaysBounded() async throws {
        let centre = try await CentralDatabase.make()
        let appliance = try await Appliance.start(settings: [:])
        try await appliance.post(1...10, prefix: "first")
        #expect(await appliance.binary.stop() == .exited(0))
        try await fill(appliance)
        // What such a database takes by itself: its search index is brought up to date at the first event.
        try await appliance.startAgain()
        try await appliance.post(11...20, prefix: "first")
        let alone = try await peak(appliance)
        #expect(await appliance.binary.stop() == .exited(0))

        let line = try FaultyLine(to: centre.server.port)
        line.set(.stalled)
        try await appliance.startAgain(centre.settings(port: line.port))
        try await appliance.post(21...30, prefix: "first")
        let first = try await appliance.upstream()
        #expect(first["lag_rows"]?.integerValue ?? 0 >= Int64(Self.rows), "\(first)")
        line.set(.open)
        let state = try await appliance.caughtUp(limit: .seconds(400))
        #expect(state["epoch"] == 1)
        let sending = try await peak(appliance)
        #expect(sending < alone + Self.limit, "\(sending >> 20) MiB at its peak, \(alone >> 20) MiB without a centre")
        print("Backlog of \(Self.rows) rows: \(sending >> 20) MiB at its peak, \(alone >> 20) MiB without a centre.")
        #expect(await appliance.binary.stop() == .exited(0))
        #expect(try await centre.events() == Int64(Self.rows + 31))
    }

    private func peak(_ appliance: Appliance) async throws -> Int {
        try ProcessReading(of: appliance.binary.process.pid).peakMemory
    }

    private func fill(_ appliance: Appliance) async throws {
        let columns = """
            edge_device_id, license_plate, plate_key, plate_kind, province, province_code, confidence, captured_at,
            received_at, source_protocol, metadata, content_digest, created_at, updated_at, image_path
            """
        _ = try await StoppedDatabase(of: appliance).rows(
            """
            PRAGMA synchronous = OFF;
            BEGIN;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.rows))
            INSERT INTO lpr_events (event_id, \(columns))
            SELECT 'backlog-' || i, edge_device_id, license_plate, plate_key, plate_kind, province, province_code,
                confidence, captured_at + i * 1000, received_at + i * 1000, source_protocol,
                '{"lane": 3, "text": "' || hex(randomblob(150)) || '"}', content_digest, created_at, updated_at, NULL
            FROM n, (SELECT * FROM lpr_events WHERE event_id = 'first-1');
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.rows))
            INSERT INTO changes (sequence, entity, entity_key, operation, changed_at)
            SELECT m + i, 'lpr_events', 'backlog-' || i, 'insert', c
            FROM n, (SELECT max(sequence) AS m, max(changed_at) AS c FROM changes);
            COMMIT;
            """)
    }
}
