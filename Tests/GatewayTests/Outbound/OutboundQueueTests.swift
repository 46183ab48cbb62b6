import Domain
import GRDB
import Gateway
import Store
import Synchronization
import Testing

@Suite("Messages that wait for a broker")
struct OutboundQueueTests {
    @Test("the first time it begins with what comes from now on; commands go first, then errors, then events")
    func order() async throws {
        let outbox = try ScratchOutbox()
        try await outbox.insert(["old"])
        try await outbox.reject(["old"])
        let queue = try await outbox.queue()
        #expect(try await queue.next(limit: 10).isEmpty)
        try await outbox.insert(["a", "b"])
        try await outbox.reject(["wrong"])
        _ = try await outbox.command(queue, "c1", #"{"command":"restart"}"#)
        #expect(try words(try await queue.next(limit: 3)) == ["restart", "wrong", "a"])
        #expect(try words(try await queue.next(limit: 3)) == ["b"])
        #expect(try await queue.next(limit: 3).isEmpty)
        try await outbox.store.close()
    }

    @Test("topics and payloads are those of the contract")
    func payloads() async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue()
        try await outbox.insert(["a"], plate: "1กก 1")
        try await outbox.reject(["wrong"], payload: [0xFF, 0x00])
        try await outbox.reject(["cut"], payload: [UInt8](repeating: 0x61, count: 4_095) + Array("กก".utf8))
        let messages = try await queue.next(limit: 10)
        #expect(messages.map(\.topic) == ["lpr/data/error", "lpr/data/error", "lpr/data/processed"])
        #expect(messages.map(\.messageType) == ["lpr_event_error", "lpr_event_error", "lpr_event_processed"])
        let texts = messages.map { String(decoding: $0.payload, as: UTF8.self) }
        #expect(
            texts[0]
                == #"{"time":"2026-11-23T01:00:00.000Z","protocol":"mqtt","peer":"broker","device_id":"gate-1","#
                + #""topic":"a/b","reason":"wrong","payload_base64":"/wA=","payload_bytes":2}"#)
        #expect(texts[1].hasSuffix(#"a","payload_bytes":4101}"#))
        #expect(
            texts[2]
                == #"{"sequence":1,"event_id":"a","edge_device_id":"gate-1","license_plate":"1กก 1","plate_key":null,"#
                + #""plate_kind":null,"province":null,"province_code":null,"confidence":null,"#
                + #""captured_at":"2026-11-23T01:00:00.000Z","received_at":"2026-11-23T01:00:00.000Z","#
                + #""frame_id":null,"source_protocol":"http"}"#)
        try await outbox.store.close()
    }

    @Test("a cursor moves only over what is acknowledged without a gap; a new connection gets the rest again")
    func contiguous() async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue()
        try await outbox.insert(["a", "b", "c", "d"])
        let messages = try await queue.next(limit: 10)
        try await queue.acknowledge(receipts([messages[0], messages[2]]))
        #expect(try await outbox.setting("mqtt.processed_through") == "1")
        queue.rewind()
        #expect(try words(try await queue.next(limit: 10)) == ["b", "c", "d"])
        try await queue.acknowledge(receipts(messages))
        #expect(try await outbox.setting("mqtt.processed_through") == "4")
        queue.rewind()
        #expect(try await queue.next(limit: 10).isEmpty)
        #expect(queue.counts.waiting == 0)
        try await outbox.store.close()
    }

    @Test("a restart begins where it was acknowledged; each acknowledgement stands in log and statistics")
    func restart() async throws {
        let outbox = try ScratchOutbox()
        let first = try await outbox.queue()
        try await outbox.insert(["a", "b"])
        try await outbox.reject(["wrong"])
        _ = try await outbox.command(first, "c1")
        let messages = try await first.next(limit: 10)
        try await first.acknowledge(receipts(messages.prefix(3)))

        let second = try await outbox.queue()
        #expect(try words(try await second.next(limit: 10)) == ["b"])
        #expect(try await second.delivery(of: "c1") == .sent(at: outbox.clock.now))
        let log = try await outbox.store.read {
            try CommunicationLogRow.page(CommunicationLogRow.Filter(), after: nil, limit: 10, $0)
        }.rows
        #expect(log.map(\.messageType) == ["lpr_event_processed", "lpr_event_error", "command"])
        #expect(log.allSatisfy { $0.direction == .outbound && $0.source == "site-1" && $0.destination == "broker-a" })
        #expect(log.map(\.latencyMilliseconds) == [3, 3, 3])
        #expect(outbox.statistics.totals.map(\.messages) == [3])
        try await outbox.store.close()
    }

    @Test("the bus says that there is work; what is not sent is none")
    func work() async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue(.none)
        let calls = Mutex(0)
        queue.onWork = { calls.withLock { $0 += 1 } }
        try await outbox.insert(["a"])
        #expect(calls.withLock { $0 } == 0)
        try await outbox.reject(["wrong"])
        _ = try await outbox.command(queue, "c1")
        #expect(calls.withLock { $0 } == 2)
        #expect(queue.counts.waiting == 2)
        try await outbox.store.close()
    }

    @Test("without processed messages the cursor follows without a write, and a later choice begins at its now")
    func nothingProcessed() async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue(.none)
        try await outbox.insert(["a"])
        #expect(try await queue.next(limit: 10).isEmpty)
        #expect(queue.counts.waiting == 0)
        #expect(try await outbox.setting("mqtt.processed_through") == nil)
        let later = try await outbox.queue()
        try await outbox.insert(["b"])
        #expect(try words(try await later.next(limit: 10)) == ["b"])
        try await outbox.store.close()
    }

    @Test("of a watchlist only its events are sent; the cursor moves over the others and is kept now and then")
    func watchlist() async throws {
        let outbox = try ScratchOutbox()
        let queue = try await outbox.queue(.watchlist)
        try await outbox.insert((0..<1_200).map { "x\($0)" })
        try await outbox.insert(["w"], plate: "watched")
        let messages = try await queue.next(limit: 2_000)
        #expect(try words(messages) == ["w"])
        #expect(queue.counts == OutboundQueue.Counts(waiting: 1, dropped: 0))
        try await queue.acknowledge(receipts(messages))
        #expect(try await outbox.setting("mqtt.processed_through") == "1201")
        try await outbox.insert(["y"])
        outbox.clock.advance(.seconds(6))
        #expect(try await queue.next(limit: 10).isEmpty)
        #expect(try await outbox.setting("mqtt.processed_through") == "1202")
        try await outbox.store.close()
    }

    @Test("not set up, nothing is remembered: a later set-up begins at its now")
    func forget() async throws {
        let outbox = try ScratchOutbox()
        _ = try await outbox.queue()
        try await OutboundQueue.forget(in: outbox.store)
        try await outbox.insert(["while it was off"])
        let queue = try await outbox.queue()
        try await outbox.insert(["a"])
        #expect(try words(try await queue.next(limit: 10)) == ["a"])
        try await outbox.store.close()
    }
}
