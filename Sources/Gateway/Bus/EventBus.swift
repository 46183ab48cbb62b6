public import Store
import Synchronization

/// Tells everybody inside the appliance what happened: what was committed in the order of the feed, and the rest in
/// between.
///
/// A listener is called where the message arises, the writer's queue for what was committed: it must not block, and
/// bounds what it keeps for later itself (invariant 5).
public final class EventBus: Sendable {
    public typealias Listener = @Sendable ([BusMessage]) -> Void

    private let listeners = Mutex<[Listener]>([])

    public init() {}

    /// Adds a listener, for as long as the bus lives.
    public func listen(_ listener: @escaping Listener) {
        listeners.withLock { $0.append(listener) }
    }

    /// What the store's observer calls.
    public func publish(_ commit: Commit) {
        var messages =
            commit.changes.compactMap(BusMessage.init) + commit.rejected.map { .rejected(RejectedNotice($0)) }
        if commit.queuedAnswers > 0 { messages.append(.answersQueued(commit.queuedAnswers)) }
        publish(messages)
    }

    public func publish(_ messages: [BusMessage]) {
        for listener in listeners.withLock({ $0 }) { listener(messages) }
    }
}
