import Domain
import GRDB
import Gateway
import Store
import Testing

@Suite("Bounds of what waits for a broker")
struct OutboundBoundTests {
    @Test("beyond the bound the oldest processed are left out, then the oldest errors; counted, also after a restart")
    func dropsOldest() async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue(limit: 4)
        try await outbox.insert(["a", "b", "c"])
        try await outbox.reject(["r1", "r2"])
        _ = try await outbox.command(queue, nil)
        #expect(queue.counts == OutboundQueue.Counts(waiting: 4, dropped: 2))
        let messages = try await queue.next(limit: 10)
        #expect(try words(messages) == ["queued", "r1", "r2", "c"])
        try await queue.acknowledge(receipts(messages))
        #expect(queue.counts == OutboundQueue.Counts(waiting: 0, dropped: 2))

        try await outbox.reject(["r3", "r4", "r5", "r6", "r7", "r8"])
        #expect(try words(try await queue.next(limit: 10)) == ["r5", "r6", "r7", "r8"])
        outbox.clock.advance(.seconds(6))
        #expect(try await queue.next(limit: 10).isEmpty)
        #expect(try await outbox.queue(limit: 4).counts.dropped == 4)
        try await outbox.store.close()
    }

    @Test("what is on its way when older ones are left out can still be acknowledged; else it counts too")
    func droppedOnTheWay() async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue(limit: 2)
        try await outbox.insert(["a", "b"])
        let onTheWay = try await queue.next(limit: 10)
        try await outbox.insert(["c", "d", "e"])
        let later = try await queue.next(limit: 10)
        #expect(try words(later) == ["d", "e"])
        try await queue.acknowledge(receipts(onTheWay.prefix(1)))
        queue.rewind()
        #expect(try words(try await queue.next(limit: 10)) == ["d", "e"])
        #expect(queue.counts.dropped == 2)
        try await outbox.store.close()
    }

    @Test("what upkeep deleted before it was sent counts as left out")
    func gap() async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue()
        try await outbox.insert(["a", "b", "c"])
        try await outbox.reject(["r1", "r2"])
        try await outbox.execute("DELETE FROM changes WHERE sequence <= 2; DELETE FROM rejected_messages WHERE id = 1")
        #expect(try words(try await queue.next(limit: 10)) == ["r2", "c"])
        #expect(queue.counts.dropped == 3)
        try await outbox.store.close()
    }

    @Test("after a long break much is left out in several looks", arguments: [ProcessedSelection.all, .watchlist])
    func manyLeftOut(selection: ProcessedSelection) async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue(selection, limit: 3)
        for start in stride(from: 0, to: 12_000, by: 4_000) {
            try await outbox.insert((start..<start + 4_000).map { "e\($0)" }, plate: "watched")
        }
        #expect(try words(try await queue.next(limit: 10)) == ["e11997", "e11998", "e11999"])
        #expect(queue.counts.dropped == 11_997)
        try await outbox.store.close()
    }

    @Test("an event that was deleted before it was sent is passed over")
    func deleted() async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue()
        try await outbox.insert(["a", "b"])
        _ = try await outbox.store.write { try $0.delete(eventID: "a", by: "admin") }
        let messages = try await queue.next(limit: 10)
        #expect(try words(messages) == ["b"])
        try await queue.acknowledge(receipts(messages))
        #expect(queue.counts == OutboundQueue.Counts(waiting: 0, dropped: 0))
        try await outbox.store.close()
    }

    @Test("cursors beyond what there is, as after a restored backup, fall back to the newest")
    func restoredBackup() async throws {
        let outbox = try ScratchOutbox()
        _ = try await outbox.queue()
        try await outbox.insert(["a"])
        try await outbox.execute("UPDATE settings SET value = '900' WHERE name LIKE 'mqtt.%'")
        let queue = try await outbox.queue()
        #expect(try await queue.next(limit: 10).isEmpty)
        try await outbox.insert(["b"])
        try await outbox.reject(["r1"])
        #expect(try words(try await queue.next(limit: 10)) == ["r1", "b"])
        try await outbox.store.close()
    }

    @Test("the same command again is the same row; another one under its id is refused; a full queue says so")
    func commands() async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue(limit: 2)
        let id = try await outbox.command(queue, "c1", #"{"command":"restart","sent_at":"1"}"#)
        #expect(try await outbox.command(queue, "c1", #"{"command":"restart","sent_at":"2"}"#) == id)
        let conflict = await #expect(throws: LinkError.self) {
            try await outbox.command(queue, "c1", #"{"command":"reboot","sent_at":"1"}"#)
        }
        #expect(conflict?.kind == .conflict)
        #expect(try await queue.delivery(of: "c1") == .waiting)
        #expect(try await queue.delivery(of: "c2") == nil)
        _ = try await outbox.command(queue, nil)
        let full = await #expect(throws: LinkError.self) { try await outbox.command(queue, "c3") }
        #expect(full?.kind == .queueFull)
        #expect(queue.counts.waiting == 2)
        try await outbox.store.close()
        let closed = await #expect(throws: LinkError.self) { try await outbox.command(queue, "c4") }
        #expect(closed?.kind == .failed)
    }

    @Test("upkeep deletes what was sent a day ago and all but the newest that were sent; what waits stays")
    func upkeep() async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue()
        for index in 0..<6 { _ = try await outbox.command(queue, "c\(index)") }
        try await queue.acknowledge(receipts(try await queue.next(limit: 4)))
        var limits = Upkeep.Limits()
        limits.sentRows = 3
        _ = await Upkeep(outbox.store).run(limits)
        #expect(try await queue.delivery(of: "c0") == nil)
        #expect(try await queue.delivery(of: "c1") != nil)
        outbox.clock.advance(.seconds(90_000))
        _ = await Upkeep(outbox.store).run(limits)
        #expect(try await queue.delivery(of: "c3") == nil)
        #expect(try await queue.next(limit: 10).count == 2)
        try await outbox.store.close()
    }
}
