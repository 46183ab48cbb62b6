import Domain
import Store
import Testing

@Suite("Rows that the central database does not take")
struct ParkedRowTests {
    private func row(_ key: String, sequence: Int64 = 1, message: String = "bad", at instant: Instant) -> ParkedRow {
        ParkedRow(
            entity: "lpr_events", key: key, operation: "insert", sequence: sequence, sqlstate: "22021",
            message: message, parkedAt: instant)
    }

    @Test("One row for a key, whose attempts are counted; it can be taken back")
    func once() async throws {
        try await withScratchStore { store, clock in
            let now = clock.now
            let long = String(repeating: "x", count: 5_000)
            #expect(try await store.write { try $0.park(row("a", at: now)) })
            #expect(try await store.write { try $0.park(row("b", message: long, at: now)) })
            let later = now + .seconds(60)
            #expect(try await store.write { try $0.park(row("a", sequence: 9, message: "worse", at: later)) })
            let all = try await store.read { try ParkedRow.page(after: nil, limit: 10, $0) }
            #expect(all.map(\.key) == ["a", "b"] && all.map(\.attempts) == [2, 1] && all.map(\.sequence) == [9, 1])
            #expect(all[0].message == "worse" && all[0].parkedAt == now && all[0].sqlstate == "22021")
            #expect(all[1].message.count == ParkedRow.messageLimit)
            #expect(try await store.read { try ParkedRow.page(after: all[0].id, limit: 10, $0) } == [all[1]])
            #expect(try await store.read { try ParkedRow.fetch(id: all[1].id, $0) } == all[1])
            #expect(try await store.write { try $0.unpark(entity: "lpr_events", key: "a") })
            #expect(try await store.write { try $0.unpark(entity: "lpr_events", key: "a") } == false)
            #expect(try await store.write { try $0.unpark(entity: "edge_devices", key: "b") } == false)
            #expect(try await store.read { try ParkedRow.count($0) } == 1)
        }
    }

    @Test("When too many are bad the next one is not passed over; those that are there still count")
    func bounded() async throws {
        try await withScratchStore { store, clock in
            try await store.execute(
                """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(ParkedRow.rowLimit))
                INSERT INTO upstream_parked (entity, entity_key, operation, sequence, sqlstate, message, parked_at)
                SELECT 'lpr_events', 'e' || i, 'insert', i, '22000', 'm', 0 FROM n
                """)
            let now = clock.now
            #expect(try await store.write { try $0.park(row("new", at: now)) } == false)
            #expect(try await store.write { try $0.park(row("e7", at: now)) })
            #expect(try await store.read { try ParkedRow.count($0) } == Int64(ParkedRow.rowLimit))
        }
    }
}
