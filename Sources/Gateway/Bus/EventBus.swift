public import Store
import Synchronization

/// Tells everybody inside the appliance what has been committed, in the order of the feed.
///
/// Publishing never blocks and never waits for a listener: one that cannot keep up loses the oldest changes first and
/// can count them by their sequence numbers (invariant 5).
public final class EventBus: Sendable {
    private struct State: Sendable {
        var nextID = 0
        var listeners: [Int: AsyncStream<CommittedChange>.Continuation] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    public func publish(_ changes: [CommittedChange]) {
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners {
            for change in changes { listener.yield(change) }
        }
    }

    /// All changes from now on.
    /// - Parameter capacity: how many may wait for the listener before it loses the oldest.
    public func changes(capacity: Int = 1_024) -> AsyncStream<CommittedChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: CommittedChange.self, bufferingPolicy: .bufferingNewest(capacity))
        let id = state.withLock { state in
            state.nextID += 1
            state.listeners[state.nextID] = continuation
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }
}
