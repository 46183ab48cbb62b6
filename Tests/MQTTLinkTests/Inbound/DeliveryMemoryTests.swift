import Gateway
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
        #expect(Set(marks.map(\.place)).count == 4)
    }

    @Test func aRestartKnowsWhatWasKept() {
        let names = Names()
        let mark = DeliveryMark(place: 41, broker: "a", packetID: 9, digest: Self.digest, eventIDs: ["kept"])
        let memory = DeliveryMemory()
        memory.load([mark])
        #expect(memory.mark(broker: "a", packetID: 9, digest: Self.digest, count: 1, makeID: names.next) == mark)
        // The place behind the last one is the next.
        #expect(memory.mark(broker: "a", packetID: 10, digest: Self.digest, count: 1, makeID: names.next).place == 42)
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

    @Test func onlyTheLastDeliveriesAreKept() {
        let memory = DeliveryMemory()
        let names = Names()
        let first = memory.mark(broker: "a", packetID: 0, digest: Self.digest, count: 1, makeID: names.next)
        for packetID in 1..<DeliveryMark.places {
            _ = memory.mark(broker: "a", packetID: packetID, digest: Self.digest, count: 1, makeID: names.next)
        }
        #expect(memory.mark(broker: "a", packetID: 0, digest: Self.digest, count: 1, makeID: names.next) == first)
        _ = memory.mark(broker: "a", packetID: 60_000, digest: Self.digest, count: 1, makeID: names.next)
        #expect(memory.mark(broker: "a", packetID: 0, digest: Self.digest, count: 1, makeID: names.next) != first)
    }
}
