import Domain
import Gateway
import Synchronization

/// Knows the deliveries of the last time, so that a message that a broker gives again is the same event (invariant 3).
///
/// A broker repeats what was not acknowledged under the same packet identifier; libmosquitto does not tell that it is a
/// repeat. Within the last `DeliveryMark.places` deliveries, far more than may be under way at once, the same number
/// with the same content is one.
final class DeliveryMemory: Sendable {
    fileprivate struct Key: Hashable, Sendable {
        let broker: String
        let packetID: Int
    }

    fileprivate struct State: Sendable {
        var marks: [Key: DeliveryMark] = [:]
        var keys: [Int: Key] = [:]
        var nextPlace = 0
    }

    private let state = Mutex(State())

    /// Takes in what was kept on disk.
    func load(_ marks: [DeliveryMark]) {
        state.withLock { state in
            for mark in marks { state.keep(mark) }
        }
    }

    /// The mark of a delivery: the one it had, or a new one with ids that `makeID` makes.
    func mark(
        broker: String, packetID: Int, digest: [UInt8], count: Int, makeID: () -> String
    ) -> DeliveryMark {
        let key = Key(broker: broker, packetID: packetID)
        let ids = (0..<count).map { _ in makeID() }
        return state.withLock { state in
            if let known = state.marks[key], known.digest == digest, known.eventIDs.count == count { return known }
            let mark = DeliveryMark(
                place: state.nextPlace, broker: broker, packetID: packetID, digest: digest, eventIDs: ids)
            state.keep(mark)
            return mark
        }
    }

    /// The broker no longer knows our session: its numbers begin anew.
    func forget(broker: String) {
        state.withLock { state in
            for (key, mark) in state.marks where key.broker == broker {
                state.marks[key] = nil
                state.keys[mark.place] = nil
            }
        }
    }
}

extension DeliveryMemory.State {
    fileprivate mutating func keep(_ mark: DeliveryMark) {
        let key = DeliveryMemory.Key(broker: mark.broker, packetID: mark.packetID)
        if let before = keys[mark.place], before != key { marks[before] = nil }
        if let earlier = marks[key], earlier.place != mark.place { keys[earlier.place] = nil }
        marks[key] = mark
        keys[mark.place] = key
        nextPlace = (mark.place + 1) % DeliveryMark.places
    }
}
