import CLinuxCalls
import Glibc
import Synchronization

/// All connections of the server, to bound them and to end them.
final class ConnectionTable: Sendable {
    /// One connection's place.
    final class Ticket: Sendable {
        let startedAt: ContinuousClock.Instant
        let address: String
        let wakeup: EventSignal
        private let stopping = Atomic(false)

        fileprivate init(address: String, startedAt: ContinuousClock.Instant, wakeup: EventSignal) {
            self.address = address
            self.startedAt = startedAt
            self.wakeup = wakeup
        }

        var isStopping: Bool { stopping.load(ordering: .relaxed) }

        fileprivate func stop() {
            stopping.store(true, ordering: .relaxed)
            wakeup.signal()
        }
    }

    private struct State {
        var strangers: [ObjectIdentifier: Ticket] = [:]
        var devices: [ObjectIdentifier: Ticket] = [:]
        var isStopping = false
        var end: CheckedContinuation<Void, Never>?
    }

    private let settings: SSHSettings
    private let state = Mutex(State())

    init(_ settings: SSHSettings) {
        self.settings = settings
    }

    /// A place for a new connection; nil when there is none (invariant 5).
    func add(address: String) -> Ticket? {
        guard let wakeup = EventSignal() else { return nil }
        return state.withLock { state in
            guard !state.isStopping, state.strangers.count + state.devices.count < settings.connectionLimit,
                state.strangers.count < settings.strangerLimit,
                state.strangers.values.count(where: { $0.address == address }) < settings.strangersOfAddress
            else { return nil }
            let ticket = Ticket(address: address, startedAt: ContinuousClock().now, wakeup: wakeup)
            state.strangers[ObjectIdentifier(ticket)] = ticket
            return ticket
        }
    }

    func isLoggedIn(_ ticket: Ticket) {
        state.withLock { state in
            guard let known = state.strangers.removeValue(forKey: ObjectIdentifier(ticket)) else { return }
            state.devices[ObjectIdentifier(ticket)] = known
        }
    }

    func remove(_ ticket: Ticket) {
        let end = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.strangers[ObjectIdentifier(ticket)] = nil
            state.devices[ObjectIdentifier(ticket)] = nil
            guard state.strangers.isEmpty, state.devices.isEmpty else { return nil }
            defer { state.end = nil }
            return state.end
        }
        end?.resume()
    }

    var loggedInCount: Int { state.withLock { $0.devices.count } }

    /// Ends all connections and returns when they are gone.
    func stop() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                state.isStopping = true
                for ticket in [state.strangers.values, state.devices.values].joined() { ticket.stop() }
                guard !(state.strangers.isEmpty && state.devices.isEmpty) else { return true }
                state.end = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}

/// Wakes a thread that polls.
final class EventSignal: Sendable {
    let descriptor: Int32

    init?() {
        descriptor = lpr_event()
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    func signal() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    func reset() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
