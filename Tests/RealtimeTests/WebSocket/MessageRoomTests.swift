import Synchronization
import TestSupport
import Testing

@testable import Realtime

@Suite("Room for large messages")
struct MessageRoomTests {
    /// Who was granted room, in order.
    final class Log: Sendable {
        private let names = Mutex<[Int]>([])
        func note(_ name: Int) { names.withLock { $0.append(name) } }
        var all: [Int] { names.withLock { $0 } }
    }

    @Test("in the order of asking: a small one does not overtake a large one")
    func order() {
        let room = MessageRoom(limit: 100)
        let log = Log()
        for (name, bytes) in [60, 60, 10, 30].enumerated() { _ = room.take(bytes) { log.note(name) } }
        #expect(log.all == [0] && room.freeBytes == 40)
        room.giveBack(60)
        #expect(log.all == [0, 1, 2, 3] && room.freeBytes == 0)
        for bytes in [60, 10, 30] { room.giveBack(bytes) }
        #expect(room.freeBytes == 100)
    }

    @Test("whoever gives up lets the next one in")
    func withdraw() {
        let room = MessageRoom(limit: 100)
        let log = Log()
        let first = room.take(60) { log.note(0) }
        let second = room.take(60) { log.note(1) }
        _ = room.take(40) { log.note(2) }
        #expect(log.all == [0])
        #expect(room.withdraw(second) && log.all == [0, 2])
        #expect(!room.withdraw(first), "granted already: has to be given back")
        #expect(!room.withdraw(second), "only once")
        room.giveBack(60)
        room.giveBack(40)
        #expect(room.freeBytes == 100)
    }

    @Test("what is larger than all of it gets all of it")
    func oversize() {
        let room = MessageRoom(limit: 100)
        let log = Log()
        _ = room.take(1_000) { log.note(0) }
        _ = room.take(1) { log.note(1) }
        #expect(log.all == [0] && room.freeBytes == 0)
        room.giveBack(1_000)
        #expect(log.all == [0, 1] && room.freeBytes == 99)
    }

    @Test("at random: never negative, never lost, always in order")
    func model() {
        var generator = SeededGenerator(12)
        let room = MessageRoom(limit: 1_000)
        let log = Log()
        var asked: [Int: (bytes: Int, ticket: Int)] = [:]
        var withdrawn: Set<Int> = []
        var heldBack: Set<Int> = []
        for name in 0..<5_000 {
            let bytes = Int.random(in: 1...700, using: &generator)
            asked[name] = (bytes, room.take(bytes) { log.note(name) })
            let granted = log.all.filter { !heldBack.contains($0) }
            #expect(room.freeBytes >= 0)
            #expect(room.freeBytes == 1_000 - granted.reduce(0) { $0 + (asked[$1]?.bytes ?? 0) })
            if Bool.random(using: &generator), let victim = granted.randomElement(using: &generator) {
                heldBack.insert(victim)
                room.giveBack(asked[victim]?.bytes ?? 0)
            }
            if Int.random(in: 0..<4, using: &generator) == 0, let other = asked.keys.randomElement(using: &generator) {
                if room.withdraw(asked[other]?.ticket ?? 0) { withdrawn.insert(other) }
            }
            if log.all.count > 200 { break }
        }
        #expect(log.all == log.all.sorted())
        #expect(Set(log.all).isDisjoint(with: withdrawn))
    }
}
