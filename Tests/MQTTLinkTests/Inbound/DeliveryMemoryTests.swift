import Domain
import Gateway
import TestSupport
import Testing

@testable import MQTTLink

struct DeliveryMemoryTests {
    private static let digest = [UInt8](repeating: 7, count: 16)

    /// Ids that are never the same.
    private final class Names {
        private var count = 0
        func next() -> String {
            count += 1
            return "event-\(count)"
        }
    }

    @Test func aRepeatHasTheSameIDs() {
        let memory = DeliveryMemory()
        let names = Names()
        let first = memory.mark(broker: "a", packetID: 1, digest: Self.digest, count: 2, makeID: names.next)
        let again = memory.mark(broker: "a", packetID: 1, digest: Self.digest, count: 2, makeID: names.next)
        #expect(first == again)
        #expect(first.eventIDs == ["event-1", "event-2"])
    }

    @Test func otherContentNumberOrBrokerIsAnotherDelivery() {
        let memory = DeliveryMemory()
        let names = Names()
        let marks = [
            memory.mark(broker: "a", packetID: 1, digest: Self.digest, count: 1, makeID: names.next),
            memory.mark(broker: "a", packetID: 2, digest: Self.digest, count: 1, makeID: names.next),
            memory.mark(broker: "b", packetID: 1, digest: Self.digest, count: 1, makeID: names.next),
            memory.mark(
                broker: "a", packetID: 1, digest: [UInt8](repeating: 8, count: 16), count: 1, makeID: names.next),
        ]
        #expect(Set(marks.flatMap(\.eventIDs)).count == 4)
        // A number has one place: what came under it before cannot come again.
        #expect(Set(marks.map(\.place)).count == 3)
    }

    @Test func aRestartKnowsWhatWasKept() {
        let names = Names()
        let before = DeliveryMemory()
        let kept = [("a", 9, 1), ("b", 9, 1), ("b", 7, 3), ("b", 65_535, 0)].map { broker, packetID, count in
            before.mark(broker: broker, packetID: packetID, digest: Self.digest, count: count, makeID: names.next)
        }
        let memory = DeliveryMemory()
        // In any order: each broker has its places again.
        for mark in kept.reversed() { memory.load(mark) }
        for mark in kept {
            let again = memory.mark(
                broker: mark.broker, packetID: mark.packetID, digest: Self.digest, count: mark.eventIDs.count,
                makeID: names.next)
            #expect(again == mark)
        }
    }

    @Test func aNewSessionBeginsAnew() {
        let memory = DeliveryMemory()
        let names = Names()
        let first = memory.mark(broker: "a", packetID: 1, digest: Self.digest, count: 1, makeID: names.next)
        let other = memory.mark(broker: "b", packetID: 1, digest: Self.digest, count: 1, makeID: names.next)
        memory.forget(broker: "a")
        #expect(memory.mark(broker: "a", packetID: 1, digest: Self.digest, count: 1, makeID: names.next) != first)
        #expect(memory.mark(broker: "b", packetID: 1, digest: Self.digest, count: 1, makeID: names.next) == other)
    }

    @Test func everyNumberIsRemembered() {
        let memory = DeliveryMemory()
        let names = UUIDs()
        let marks = (1...65_535).map {
            memory.mark(broker: "a", packetID: $0, digest: Self.digest, count: 1, makeID: names.next)
        }
        #expect(Set(marks.map(\.place)).count == marks.count)
        for mark in marks.prefix(100) + marks.suffix(100) {
            let again = memory.mark(
                broker: "a", packetID: mark.packetID, digest: Self.digest, count: 1, makeID: names.next)
            #expect(again == mark)
        }
    }

    @Test func repeatsOfMQTT5ComeInTheBeginning() {
        let memory = DeliveryMemory()
        let names = Names()
        func ids(_ packetID: Int) -> [String] {
            memory.mark(broker: "a", packetID: packetID, digest: Self.digest, count: 1, makeID: names.next).eventIDs
        }
        memory.begin(broker: "a", repeatsAtOnce: true)
        let first = ids(1)
        // The same plate again, and the number is free since we acknowledged it.
        let second = ids(1)
        #expect(second != first)
        memory.begin(broker: "a", repeatsAtOnce: true)
        #expect(ids(1) == second)
        memory.begin(broker: "a", repeatsAtOnce: false)
        #expect(ids(1) == second)
        #expect(ids(1) == second)
    }
}

/// Ids such as the appliance makes.
private final class UUIDs {
    private var generator = SeededGenerator(1)
    func next() -> String { EventID.version7(at: Instant(microseconds: 0), using: &generator).text }
}
