import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import Realtime

/// A feed, a bus that lags behind it, a client that is slow at times, and replays, all interleaved at random.
private struct Model {
    let loop = EmbeddedEventLoop()
    let sink = NotingSink()
    let outbox: LiveOutbox
    var generator: SeededGenerator
    var committed: Int64
    var offered: Int64
    /// The replay under way: its number, where it stands, a page that was read, and whether its turn has come.
    var replay: (number: Int, position: Int64, page: (next: Int64, hasMore: Bool)?)?
    var turn = Turn()

    final class Turn { var isHere = true }

    init(seed: UInt64, limit: Int) {
        generator = SeededGenerator(seed)
        committed = Int64.random(in: 0...30, using: &generator)
        offered = committed
        outbox = LiveOutbox(sink: sink, allowed: .all, filter: .everything, startsAfter: committed, limit: limit)
        outbox.release()
    }

    static func items(_ sequences: ClosedRange<Int64>) -> [LiveItem] {
        sequences.flatMap { $0 % 5 == 0 ? [change($0, .deleted)] : [change($0), change($0, .processed)] }
    }

    mutating func begin(after sequence: Int64) {
        replay = (outbox.beginReplay(after: sequence), sequence, nil)
        turn = Turn()
    }

    mutating func offer() {
        guard offered < committed else { return }
        let next = Int64.random(in: offered + 1...committed, using: &generator)
        outbox.offer(Self.items(offered + 1...next))
        offered = next
    }

    /// Reads a page, or hands over the one that was read.
    mutating func goOn() {
        guard let replay, turn.isHere else { return }
        guard let page = replay.page else {
            let next = min(committed, replay.position + Int64.random(in: 1...4, using: &generator))
            self.replay?.page = (max(next, replay.position), next < committed)
            return
        }
        let items = page.next > replay.position ? Self.items(replay.position + 1...page.next) : []
        let future = outbox.replayed(items, through: page.next, hasMore: page.hasMore, number: replay.number, on: loop)
        guard let future else { return self.replay = nil }
        self.replay = (replay.number, page.next, nil)
        turn = Turn()
        turn.isHere = false
        future.assumeIsolated().whenSuccess { [turn] in turn.isHere = true }
        loop.run()
    }

    mutating func setReady(_ isReady: Bool) {
        sink.isReady = isReady
        if isReady { outbox.drain() }
        loop.run()
    }

    /// Lets everything come to its end.
    mutating func finish() {
        setReady(true)
        while offered < committed || replay != nil {
            offer()
            goOn()
        }
    }
}

@Suite("What one connection hears, at random")
struct LiveOutboxModelTests {
    @Test("after a replay every change comes once and in order, however small the queue")
    func replayed() {
        for seed in 0..<400 as Range<UInt64> {
            var model = Model(seed: seed, limit: 2 + Int(seed % 5))
            let since = Int64.random(in: 0...model.committed, using: &model.generator)
            model.begin(after: since)
            while model.replay != nil {
                switch Int.random(in: 0..<6, using: &model.generator) {
                case 0 where model.committed < 120: model.committed += Int64.random(in: 1...5, using: &model.generator)
                case 1: model.offer()
                case 2: model.setReady(Bool.random(using: &model.generator))
                default: model.goOn()
                }
                if !model.sink.isReady, Bool.random(using: &model.generator) { model.setReady(true) }
            }
            model.setReady(true)
            model.committed += 3
            model.finish()
            let expected = Model.items(since + 1...model.committed).compactMap(\.sequence)
            // Once it is live it may be told of a loss while it was slow; then it asks again, as below.
            if model.sink.missed.isEmpty, model.sink.sequences != expected { Issue.record("seed \(seed)") }
            if let first = model.sink.sequences.first, first != since + 1 { Issue.record("seed \(seed): begins late") }
        }
    }

    @Test("a slow client that asks again after `missed` hears everything")
    func missed() {
        var losses = 0
        for seed in 1_000..<1_400 as Range<UInt64> {
            var model = Model(seed: seed, limit: 3)
            let start = model.committed
            var answered = 0
            for _ in 0..<300 {
                switch Int.random(in: 0..<7, using: &model.generator) {
                case 0, 1: model.committed += 1
                case 2, 3: model.offer()
                case 4: model.setReady(Bool.random(using: &model.generator))
                default: model.goOn()
                }
                if model.sink.missed.count > answered, let loss = model.sink.missed.last {
                    answered = model.sink.missed.count
                    losses += 1
                    #expect((loss.count ?? 0) > 0)
                    model.begin(after: loss.since)
                }
            }
            model.finish()
            while model.sink.missed.count > answered, let loss = model.sink.missed.last {
                answered = model.sink.missed.count
                model.begin(after: loss.since)
                model.finish()
            }
            let heard = Set(model.sink.sequences)
            let all = model.committed > start ? Set(start + 1...model.committed) : []
            if !all.isSubset(of: heard) { Issue.record("seed \(seed): \(all.subtracting(heard).sorted()) are missing") }
        }
        #expect(losses > 100, "the test must see losses")
    }
}
