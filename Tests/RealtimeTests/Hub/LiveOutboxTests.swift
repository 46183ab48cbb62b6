import Domain
import NIOCore
import NIOEmbedded
import Testing

@testable import Realtime

/// A client that takes what it is given, or does not.
final class NotingSink: LiveSink {
    var isReady = true
    var heard: [String] = []
    var sequences: [Int64] = []
    var missed: [(count: Int?, since: Int64)] = []

    func send(_ items: [LiveItem]) {
        for item in items {
            heard.append(
                "\(item.name.rawValue.split(separator: "_").last ?? "")\(item.sequence.map { ":\($0)" } ?? "")")
            if let sequence = item.sequence { sequences.append(sequence) }
        }
    }

    func sendMissed(count: Int?, since: Int64) {
        heard.append("missed:\(count.map { "\($0)" } ?? "?"):\(since)")
        missed.append((count, since))
    }

    func take() -> [String] {
        defer { heard = [] }
        return heard
    }
}

func change(_ sequence: Int64, _ name: LiveEventName = .received, device: String = "gate-1", plate: String? = nil)
    -> LiveItem
{
    LiveItem(name, Array("{}".utf8), sequence: sequence, device: device, plateKey: plate)
}

func news(_ name: LiveEventName) -> LiveItem { LiveItem(name, Array("{}".utf8)) }

@Suite("What one connection hears")
struct LiveOutboxTests {
    private static func outbox(
        _ sink: NotingSink, limit: Int = 3, after: Int64 = 0, filter: LiveFilter = .everything,
        allowed: LiveEventSet = .all
    ) -> LiveOutbox {
        let outbox = LiveOutbox(sink: sink, allowed: allowed, filter: filter, startsAfter: after, limit: limit)
        outbox.release()
        return outbox
    }

    @Test("nothing is sent before the client's first word, and then what it wants of what waited")
    func held() {
        let sink = NotingSink()
        let outbox = LiveOutbox(sink: sink, allowed: .all, filter: .everything, startsAfter: 0, limit: 10)
        outbox.offer([change(1), change(2, .deleted)])
        outbox.drain()
        #expect(sink.take().isEmpty)
        outbox.subscribe(LiveFilter(events: LiveEventSet([.received])))
        outbox.release()
        outbox.offer([change(3), change(4, .deleted)])
        #expect(sink.take() == ["received:1", "received:3"])
    }

    @Test("what happens, in order, and nothing from before")
    func live() {
        let sink = NotingSink()
        let outbox = Self.outbox(sink, after: 5)
        outbox.offer([change(5), change(6), change(6, .processed), news(.systemStatus)])
        outbox.offer([change(6), change(7)])
        #expect(sink.take() == ["received:6", "processed:6", "status", "received:7"])
    }

    @Test("a slow one loses the oldest, and is told how many and since when")
    func slow() {
        let sink = NotingSink()
        let outbox = Self.outbox(sink)
        outbox.offer([change(1)])
        sink.isReady = false
        outbox.offer((2...6).map { change($0) })
        outbox.offer([news(.systemStatus), news(.communicationStatus)])
        outbox.drain()
        #expect(sink.take() == ["received:1"])
        sink.isReady = true
        outbox.offer([change(7)])
        outbox.drain()
        #expect(sink.take() == ["missed:3:1", "received:5", "received:6", "received:7"])
        outbox.offer([change(8)])
        #expect(sink.take() == ["received:8"])
    }

    @Test("what the hub lost is told")
    func lostBefore() {
        let sink = NotingSink()
        let outbox = Self.outbox(sink)
        outbox.offer([change(1)])
        outbox.lost(40)
        outbox.offer([change(42)])
        #expect(sink.take() == ["received:1", "missed:40:1", "received:42"])
        sink.isReady = false
        outbox.lost(2)
        outbox.lost(3)
        sink.isReady = true
        outbox.drain()
        #expect(sink.take() == ["missed:5:42"])
    }

    @Test("filter and role")
    func filtered() {
        let sink = NotingSink()
        let outbox = Self.outbox(sink, allowed: LiveListener.allowed(.viewer))
        outbox.offer([news(.error), change(1)])
        outbox.subscribe(LiveFilter(events: LiveEventSet([.received]), device: "gate-1", plate: PlateFilter("1กก*")))
        outbox.offer([change(2), change(3, plate: "1กก1"), change(4, device: "b", plate: "1กก1"), change(5, .deleted)])
        #expect(sink.take() == ["received:1", "received:3"])
    }

    @Test("replays first, then what happens, without a repetition")
    func replay() {
        let loop = EmbeddedEventLoop()
        let sink = NotingSink()
        let outbox = Self.outbox(sink, limit: 10, after: 4)
        let number = outbox.beginReplay(after: 1)
        outbox.offer([change(5), news(.error), news(.systemStatus)])
        #expect(outbox.replayed([change(2), change(3)], through: 3, hasMore: true, number: number, on: loop) != nil)
        outbox.offer([change(6)])
        #expect(outbox.replayed([change(4), change(5)], through: 5, hasMore: false, number: number, on: loop) == nil)
        outbox.offer([change(7)])
        #expect(
            sink.take() == [
                "received:2", "received:3", "received:4", "received:5", "error", "received:6", "received:7",
            ])
    }

    @Test("what overflows during a replay is read again")
    func overflowInReplay() {
        let loop = EmbeddedEventLoop()
        let sink = NotingSink()
        let outbox = Self.outbox(sink, limit: 2)
        let number = outbox.beginReplay(after: 0)
        outbox.offer((2...9).map { change($0) })
        #expect(outbox.replayed([change(1)], through: 1, hasMore: false, number: number, on: loop) != nil)
        let rest = (2...9).map { change($0) }
        #expect(outbox.replayed(rest, through: 9, hasMore: false, number: number, on: loop) == nil)
        #expect(sink.sequences == Array(1...9) && sink.missed.isEmpty)
    }

    @Test("a replay takes the place of the one before, whose reader is let go")
    func secondReplay() throws {
        let loop = EmbeddedEventLoop()
        let sink = NotingSink()
        sink.isReady = false
        let outbox = Self.outbox(sink)
        let first = outbox.beginReplay(after: 0)
        let firstTurn = try #require(outbox.replayed([change(1)], through: 1, hasMore: true, number: first, on: loop))
        let second = outbox.beginReplay(after: 0)
        let secondTurn = try #require(outbox.replayed([change(1)], through: 1, hasMore: true, number: second, on: loop))
        // Both complete: a promise that is forgotten ends the process here.
        sink.isReady = true
        outbox.drain()
        try firstTurn.wait()
        try secondTurn.wait()
        #expect(outbox.replayed([change(2)], through: 2, hasMore: false, number: first, on: loop) == nil)
        #expect(outbox.replayed([change(2)], through: 2, hasMore: false, number: second, on: loop) == nil)
        outbox.offer([change(3)])
        #expect(sink.sequences == [1, 1, 2, 3])
    }

    @Test("a feed that cannot be read keeps nobody from what happens")
    func unreadable() {
        let sink = NotingSink()
        let outbox = Self.outbox(sink, limit: 2)
        let number = outbox.beginReplay(after: 0)
        outbox.offer((1...5).map { change($0) })
        outbox.replayIsImpossible(since: 0)
        outbox.endReplay(number: number)
        outbox.offer([change(6)])
        #expect(sink.take() == ["missed:?:0", "received:4", "received:5", "received:6"])
    }

    @Test("a connection that is gone lets its reader go")
    func closed() throws {
        let loop = EmbeddedEventLoop()
        let sink = NotingSink()
        sink.isReady = false
        let outbox = Self.outbox(sink)
        let number = outbox.beginReplay(after: 0)
        let turn = try #require(outbox.replayed([], through: 1, hasMore: true, number: number, on: loop))
        outbox.close()
        try turn.wait()
        outbox.offer([change(2)])
        outbox.lost(1)
        #expect(outbox.replayed([change(2)], through: 2, hasMore: true, number: number, on: loop) == nil)
        #expect(sink.heard.isEmpty)
    }
}
