import Domain
import Gateway
import Synchronization

/// Knows the deliveries that a broker may give again, so that a repeat is the same event (invariant 3).
///
/// A broker repeats what was not acknowledged under the same packet identifier; libmosquitto does not tell that it is a
/// repeat. Until our acknowledgement has reached the broker, the number belongs to nothing else: one mark for each
/// number is enough. Fewer are not. While cameras send much, mosquitto reads our acknowledgements late, and 2.0.11
/// sends on without waiting for them (https://github.com/eclipse-mosquitto/mosquitto/issues/2301): after a kill it
/// repeated 24,000 messages that were committed.
final class DeliveryMemory: Sendable {
    fileprivate struct State: Sendable {
        /// The brokers by their slots; empty where there is none.
        var names: [String] = []
        var marks: [BrokerMarks] = []
    }

    private let state = Mutex(State())

    /// Takes in what was kept on disk.
    func load(_ mark: DeliveryMark) {
        state.withLock { state in
            let slot = state.slot(of: mark.broker, wish: mark.place / DeliveryMark.placesOfBroker)
            state.marks[slot].keep(packetID: mark.packetID, digest: mark.digest, eventIDs: mark.eventIDs)
        }
    }

    /// A connection to the broker begins.
    /// - Parameter repeatsAtOnce: whether what is repeated comes in the beginning only.
    func begin(broker: String, repeatsAtOnce: Bool) {
        state.withLock { state in
            let slot = state.slot(of: broker)
            state.marks[slot].begin(repeatsAtOnce: repeatsAtOnce)
        }
    }

    /// The mark of a delivery: the one it had, or a new one with ids that `makeID` makes.
    func mark(
        broker: String, packetID: Int, digest: [UInt8], count: Int, makeID: () -> String
    ) -> DeliveryMark {
        let ids = (0..<count).map { _ in makeID() }
        return state.withLock { state in
            let slot = state.slot(of: broker)
            let known = state.marks[slot].eventIDs(packetID: packetID, digest: digest)
            state.marks[slot].hear(packetID: packetID)
            let isRepeat = known?.count == count
            if !isRepeat { state.marks[slot].keep(packetID: packetID, digest: digest, eventIDs: ids) }
            return DeliveryMark(
                place: slot * DeliveryMark.placesOfBroker + packetID, broker: broker, packetID: packetID,
                digest: digest, eventIDs: isRepeat ? known ?? ids : ids)
        }
    }

    /// The broker no longer knows our session: its numbers begin anew.
    func forget(broker: String) {
        state.withLock { state in
            guard let slot = state.names.firstIndex(of: broker) else { return }
            state.marks[slot] = BrokerMarks()
        }
    }
}

extension DeliveryMemory.State {
    /// The slot of a broker; the first free one when it has none.
    /// - Parameter wish: taken instead when it is free.
    fileprivate mutating func slot(of broker: String, wish: Int? = nil) -> Int {
        if let slot = names.firstIndex(of: broker) { return slot }
        var slot = names.firstIndex(of: "") ?? names.count
        if let wish, (0..<DeliveryMark.brokers).contains(wish), wish >= names.count || names[wish].isEmpty {
            slot = wish
        }
        while names.count <= slot {
            names.append("")
            marks.append(BrokerMarks())
        }
        names[slot] = broker
        return slot
    }
}
