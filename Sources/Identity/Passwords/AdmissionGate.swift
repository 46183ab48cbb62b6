import Synchronization

/// Lets a few in at once, a bounded number wait in order, and all others hear `busy` at once (invariant 5).
final class AdmissionGate: Sendable {
    private struct State {
        var inside = 0
        var nextTicket: UInt64 = 0
        var waiting: [(ticket: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let limit: Int
    private let waitingLimit: Int
    private let state = Mutex(State())

    init(limit: Int, waitingLimit: Int) {
        self.limit = limit
        self.waitingLimit = waitingLimit
    }

    /// - Throws: `IdentityError` `busy`, `CancellationError` when the task is cancelled while it waits, or what `body`
    ///   throws.
    func pass<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await body()
    }

    var insideCount: Int { state.withLock { $0.inside } }

    /// How many wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    private func enter() async throws {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer = state.withLock { state -> Result<Void, any Error>? in
                    // Looked at under the lock: a cancellation before this moment found nobody to take out.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.inside < limit {
                        state.inside += 1
                        return .success(())
                    }
                    guard state.waiting.count < waitingLimit else { return .failure(IdentityError.busy) }
                    state.waiting.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0).continuation }
            }
            continuation?.resume(throwing: CancellationError())
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard !state.waiting.isEmpty else {
                state.inside -= 1
                return nil
            }
            // The place goes over to the next one.
            return state.waiting.removeFirst().continuation
        }
        next?.resume()
    }
}
