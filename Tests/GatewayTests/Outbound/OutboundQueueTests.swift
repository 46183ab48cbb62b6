import Domain
import GRDB
import Gateway
import Store
import Testing

struct OutboundQueueTests {
    @Test func theFirstTimeItBeginsNow() async throws {
        let gateway = try ScratchGateway()
        _ = try await gateway.intake.accept(try gateway.draft("before"), from: gateway.sender(), payload: [])
        let outbound = try await ScratchOutbound(gateway)
        #expect(try await outbound.next().words == [])
        try await outbound.store("after")
        #expect(try await outbound.next().words == ["after"])
    }

    @Test func commandsGoFirstThenErrorsThenEvents() async throws {
        let outbound = try await ScratchOutbound()
        try await outbound.store("a", "b")
        await outbound.reject()
        _ = try await outbound.command("c-1")
        let (words, messages) = try await outbound.next()
        #expect(words == ["system/control/gate-1", "error", "a", "b"])
        #expect(messages.map(\.topic).suffix(2) == ["lpr/data/processed", "lpr/data/processed"])
        #expect(try await outbound.next().words == [])
        try await outbound.acknowledge(messages)
        #expect(outbound.queue.counts.waiting == 0 && outbound.queue.counts.dropped == 0)
    }

    @Test func aNewConnectionGetsAllThatIsNotAcknowledged() async throws {
        let outbound = try await ScratchOutbound()
        try await outbound.store("a", "b", "c")
        let (_, messages) = try await outbound.next()
        // The second one came through, the first did not: the cursor stays before the first.
        try await outbound.acknowledge([messages[1]])
        outbound.queue.rewind()
        #expect(try await outbound.next().words == ["a", "b", "c"])
    }

    @Test func aRestartGoesOnWhereItWasAcknowledged() async throws {
        let outbound = try await ScratchOutbound()
        try await outbound.store("a", "b", "c")
        _ = try await outbound.command("c-1")
        let (_, messages) = try await outbound.next()
        try await outbound.acknowledge(messages.prefix(2))
        #expect(try await outbound.restarted().next().words == ["b", "c"])
    }

    @Test func aPageIsAsLongAsWanted() async throws {
        let outbound = try await ScratchOutbound()
        try await outbound.store("a", "b", "c")
        // The device that the first event has added is a change too, but no message.
        #expect(try await outbound.next(2).words == ["a"])
        #expect(try await outbound.next(2).words == ["b", "c"])
    }

    @Test func whatWasDeletedBeforeItWasSentIsNotSent() async throws {
        let outbound = try await ScratchOutbound()
        try await outbound.store("a", "b")
        _ = try await outbound.gateway.intake.delete(eventID: "a", by: "test")
        #expect(try await outbound.next().words == ["b"])
    }

    @Test func atTheBoundTheOldestEventsAreLeftOutAndCounted() async throws {
        let outbound = try await ScratchOutbound(limit: 4)
        _ = try await outbound.command("c-1")
        await outbound.reject()
        // One change is the device's, which the first event has added.
        for number in 0..<10 { try await outbound.store("event-\(number)") }
        let (words, messages) = try await outbound.next()
        #expect(words == ["system/control/gate-1", "error", "event-8", "event-9"])
        #expect(outbound.queue.counts.dropped == 8)
        try await outbound.acknowledge(messages)
        let counts = try await outbound.restarted(limit: 4).queue.counts
        #expect(counts.waiting == 0 && counts.dropped == 8)
    }

    @Test func withoutEventsOnlyTheRestIsSent() async throws {
        let outbound = try await ScratchOutbound(selection: .none)
        try await outbound.store("a")
        await outbound.reject()
        #expect(try await outbound.next().words == ["error"])
        // Switched on later, it begins then.
        #expect(try await outbound.restarted().next().words == ["error"])
    }

    @Test func onlyHitsOfTheWatchlist() async throws {
        let outbound = try await ScratchOutbound(selection: .watchlist) { $0.eventID == "wanted" }
        try await outbound.store("a", "wanted", "b")
        let (words, messages) = try await outbound.next()
        #expect(words == ["wanted"])
        try await outbound.acknowledge(messages)
        #expect(try await outbound.next().words == [])
    }

    @Test func aRestoredBackupBeginsAtItsEnd() async throws {
        let outbound = try await ScratchOutbound()
        try await outbound.store("a")
        try await outbound.gateway.store.write { try $0.keep(OutboundCursors(processed: 9_999, rejected: 9_999)) }
        let restored = try await outbound.restarted()
        #expect(try await restored.next().words == [])
        try await restored.store("b")
        #expect(try await restored.next().words == ["b"])
    }

    @Test func forgottenItBeginsAnew() async throws {
        let outbound = try await ScratchOutbound()
        try await outbound.store("a")
        try await OutboundQueue.forget(in: outbound.gateway.store)
        #expect(try await outbound.restarted().next().words == [])
    }

    @Test func aTrimmedFeedCountsAsLeftOut() async throws {
        let outbound = try await ScratchOutbound()
        try await outbound.store("a", "b", "c")
        try await outbound.gateway.store.write { context in
            try context.database.execute(sql: "DELETE FROM changes WHERE entity_key IN ('gate-1', 'a', 'b')")
        }
        #expect(try await outbound.next().words == ["c"])
        #expect(outbound.queue.counts.dropped >= 2)
    }
}
