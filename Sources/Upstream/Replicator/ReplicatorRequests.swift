import Synchronization

/// What people want of the replicator, until its thread gets to it.
final class ReplicatorRequests: Sendable {
    enum Retry: Equatable {
        case none
        case some([Int64])
        /// Also at each start: a newer version may send what an older one could not.
        case all
    }

    /// Beyond so many, all are tried (invariant 5).
    private static let limit = 1_000

    private let state: Mutex<(isResyncWanted: Bool, retry: Retry)> = Mutex((true, .all))

    func wantResync() { state.withLock { $0.isResyncWanted = true } }

    func wantRetry(of id: Int64) {
        state.withLock { state in
            switch state.retry {
            case .none: state.retry = .some([id])
            case .some(let ids): state.retry = ids.count < Self.limit ? .some(ids + [id]) : .all
            case .all: break
            }
        }
    }

    func wantRetryOfAll() { state.withLock { $0.retry = .all } }

    func takeRetry() -> Retry {
        state.withLock { state in
            defer { state.retry = .none }
            return state.retry
        }
    }

    /// Whether the database is to be asked for a wish.
    func takeResync() -> Bool {
        state.withLock { state in
            defer { state.isResyncWanted = false }
            return state.isResyncWanted
        }
    }
}
