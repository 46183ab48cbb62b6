import Dialects
import Domain
import GRDB
import Gateway
import Store
import TestSupport
import Testing

@Suite("Deliveries that cannot be stored")
struct DeliveryFailureTests {
    private func forbid(_ plate: String, in table: String = "lpr_events", _ gateway: ScratchGateway) async throws {
        let column = table == "lpr_events" ? "license_plate" : "device_id"
        try await gateway.store.write { context in
            try context.database.execute(
                sql: """
                    CREATE TRIGGER poison_\(table) BEFORE INSERT ON \(table) WHEN new.\(column) = '\(plate)'
                    BEGIN SELECT RAISE(ABORT, 'no such plate'); END
                    """)
        }
    }

    private func pages(_ gateway: ScratchGateway, limit: Bool) async throws {
        try await gateway.store.write { context in
            let pages = try Int.fetchOne(context.database, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(
                context.database, sql: "PRAGMA max_page_count = \(limit ? pages : 1_000_000)")
        }
    }

    @Test("one that the database does not take is rejected and kept; the others are stored", arguments: [0, 1, 36, 72])
    func poison(place: Int) async throws {
        let gateway = try ScratchGateway()
        try await forbid("POISON", gateway)
        var deliveries = try (0..<73).map {
            try gateway.event("e\($0)", picture: $0 == 5 ? ScratchGateway.onePixel : nil)
        }
        deliveries[place] = try gateway.event("poison", plate: "POISON", picture: ScratchGateway.onePixel)
        deliveries[place].mark = gateway.mark(1, ["poison"])
        let verdicts = try await gateway.intake.accept(deliveries: deliveries)
        var expected = [String](repeating: "created", count: 73)
        expected[place] = "invalid"
        #expect(words(verdicts) == expected)
        #expect(try await gateway.column("event_id", of: "lpr_events").count == 72)
        let kept = try await gateway.rejectedMessages()
        #expect(kept.map(\.reason) == ["the event could not be stored: internal error"])
        #expect(try await gateway.marks().count == 1)
        #expect(gateway.pictureFiles.count == 1)
        try await gateway.store.close()
    }

    @Test("when not even the rejection can be kept, nothing may be acknowledged; what comes again is a repeat")
    func poisonThatCannotBeKept() async throws {
        let gateway = try ScratchGateway()
        try await forbid("POISON", gateway)
        try await forbid("gate-1", in: "rejected_messages", gateway)
        let deliveries = [
            try gateway.event("a", picture: ScratchGateway.onePixel), try gateway.event("p", plate: "POISON"),
        ]
        let error = await #expect(throws: IntakeError.self) {
            try await gateway.intake.accept(deliveries: deliveries)
        }
        #expect(error?.kind == .failed)
        #expect(gateway.pictureFiles.count == 1)
        #expect(words(try await gateway.intake.accept(deliveries: [deliveries[0]])) == ["duplicate"])
        #expect(gateway.pictureFiles.count == 1)
        try await gateway.store.close()
    }

    @Test("on a full disk nothing is stored and nothing is answered")
    func fullDisk() async throws {
        let gateway = try ScratchGateway()
        try await pages(gateway, limit: true)
        var deliveries = try (0..<300).map {
            try gateway.event("e\($0)", picture: $0 == 0 ? ScratchGateway.onePixel : nil)
        }
        deliveries[0].mark = gateway.mark(0, ["e0"])
        let error = await #expect(throws: IntakeError.self) {
            try await gateway.intake.accept(deliveries: deliveries)
        }
        #expect(error?.kind == .noSpace)
        for table in ["lpr_events", "changes", "communication_logs", "rejected_messages", "mqtt_deliveries"] {
            #expect(try await gateway.column("rowid", of: table).isEmpty)
        }
        #expect(gateway.pictureFiles.isEmpty)

        try await pages(gateway, limit: false)
        #expect(words(try await gateway.intake.accept(deliveries: deliveries)).allSatisfy { $0 == "created" })
        try await gateway.store.close()
    }

    @Test("below the reserve of free space nothing is taken")
    func reserve() async throws {
        let gateway = try ScratchGateway(reserve: .max)
        let error = await #expect(throws: IntakeError.self) {
            try await gateway.intake.accept(deliveries: [
                gateway.delivery(.unreadable(MessageRejection(fields: [FieldError("", "no JSON")]))),
                try gateway.event("a"),
            ])
        }
        #expect(error?.kind == .noSpace)
        #expect(try await gateway.rejectedMessages().isEmpty)
        try await gateway.store.close()
    }
}
