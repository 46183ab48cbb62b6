import Domain
import Synchronization

/// Remembers since when each component is in its state, and its last error.
final class HealthBoard: Sendable {
    enum State: String, Sendable, CaseIterable {
        /// Not set up.
        case off
        case ok
        /// It works, but somebody should look.
        case degraded
        /// It does not work.
        case failed

        /// Whether nobody has to look.
        var isFine: Bool { self == .ok || self == .off }
    }

    struct Entry: Sendable {
        var state: State
        var since: Instant
        var lastError: String?
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Notes how a component is now.
    /// - Parameters:
    ///   - error: what is wrong; the last one stays known when all is well again.
    ///   - start: since when a component counts that was never looked at before.
    func note(_ component: String, _ state: State, error: String?, at now: Instant, start: Instant) -> Entry {
        entries.withLock { entries in
            var entry = entries[component] ?? Entry(state: state, since: state.isFine ? start : now)
            if entry.state != state {
                entry.state = state
                entry.since = now
            }
            entry.lastError = error ?? entry.lastError
            entries[component] = entry
            return entry
        }
    }
}
