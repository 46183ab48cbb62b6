import Gateway
import Synchronization

/// Between the tasks that read what waits to be sent and the thread that sends it.
///
///     OutboundQueue ──next──▶ ready ──take──▶ broker ──PUBACK──▶ acknowledged ──▶ OutboundQueue.acknowledge
///                              └─ a new connection: all of it is thrown away and read again (`rewind`)
final class OutboundWindow: Sendable {
    /// Messages that were read and wait for the thread (invariant 5).
    static let readyLimit = 256

    /// A message that is not kept: it is sent when there is a connection now, or never.
    struct Passing: Sendable {
        let topic: String
        let payload: [UInt8]
    }

    private struct State: Sendable {
        var ready: [OutboundMessage] = []
        var passing: [Passing] = []
        var acknowledged: [OutboundReceipt] = []
        /// Counts the connections: what was read for an earlier one is not sent on this one.
        var connection = 0
        var isOpen = false
    }

    private let state = Mutex(State())

    /// A connection is made: everything that is not acknowledged is to be sent on it.
    func open() {
        state.withLock { state in
            state.connection += 1
            state.ready.removeAll()
            state.isOpen = true
        }
    }

    func close() {
        state.withLock { state in
            state.isOpen = false
            state.ready.removeAll()
            state.passing.removeAll()
        }
    }

    /// The number of the connection and how many messages it has room for; nil while there is none.
    var demand: (connection: Int, room: Int)? {
        state.withLock { $0.isOpen ? ($0.connection, Self.readyLimit - $0.ready.count) : nil }
    }

    /// - Returns: whether they are still wanted.
    func add(_ messages: [OutboundMessage], for connection: Int) -> Bool {
        state.withLock { state in
            guard state.isOpen, state.connection == connection else { return false }
            state.ready += messages
            return true
        }
    }

    func add(_ passing: Passing) {
        state.withLock { state in
            guard state.isOpen, state.passing.count < 8 else { return }
            state.passing.append(passing)
        }
    }

    func take(_ count: Int) -> [OutboundMessage] {
        state.withLock { state in
            let taken = Array(state.ready.prefix(max(0, count)))
            state.ready.removeFirst(taken.count)
            return taken
        }
    }

    func takePassing() -> [Passing] {
        state.withLock { state in
            defer { state.passing.removeAll() }
            return state.passing
        }
    }

    func acknowledge(_ receipts: [OutboundReceipt]) { state.withLock { $0.acknowledged += receipts } }

    func takeAcknowledged() -> [OutboundReceipt] {
        state.withLock { state in
            defer { state.acknowledged.removeAll() }
            return state.acknowledged
        }
    }

    /// Receipts that could not be noted; they are tried again.
    func putBack(_ receipts: [OutboundReceipt]) {
        state.withLock { $0.acknowledged.insert(contentsOf: receipts, at: 0) }
    }

    var acknowledgedCount: Int { state.withLock { $0.acknowledged.count } }
}
