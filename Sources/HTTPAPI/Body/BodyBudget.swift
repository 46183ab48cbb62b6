import Synchronization

/// The bytes of bodies that are in memory at once, of all connections together (invariant 5).
///
/// Each body is bounded, and so are connections; but a thousand connections with twelve megabytes each would be more
/// than the box has. At the bound senders wait, if their call lets them, or hear `503` and try again.
///
/// 1. Who waits is served in the order of coming, and nobody overtakes: a large body is not kept waiting by small ones.
/// 2. Who waits holds nothing: a request asks once, for all that its body can become, before it reads on. Two half-read
///    bodies can therefore never wait for each other.
public final class BodyBudget: Sendable {
    /// What every request may hold without asking, so that people who log in never wait for pictures, and nobody
    /// without a key can use the budget up: all bodies that are read before somebody is recognised fit into it.
    static let free = RequestLimits.plainBody

    private struct State: Sendable {
        var taken = 0
        var waiting: [Turn] = []
    }

    let limit: Int
    private let state = Mutex(State())
    /// Returns after a time; set by tests.
    private let pause: @Sendable (Duration) async -> Void

    /// - Parameter limit: bytes. A body exists up to three times while it is decoded: as sent, as text, as picture.
    public convenience init(limit: Int = 128 << 20) {
        self.init(limit: limit) { try? await Task.sleep(for: $0) }
    }

    init(limit: Int, pause: @escaping @Sendable (Duration) async -> Void) {
        self.limit = limit
        self.pause = pause
    }

    /// How many wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Takes `bytes`, at once or when there is room.
    /// - Parameter patience: how long to wait; zero does not wait.
    /// - Returns: false when there was no room in that time, or there never can be.
    fileprivate func take(_ bytes: Int, patience: Duration) async -> Bool {
        let turn = Turn(bytes)
        let isTaken = state.withLock { state -> Bool? in
            if state.waiting.isEmpty, state.taken + bytes <= limit {
                state.taken += bytes
                return true
            }
            guard patience > .zero, bytes <= limit else { return false }
            state.waiting.append(turn)
            return nil
        }
        if let isTaken { return isTaken }
        let timer = Task { [self] in
            await pause(patience)
            giveUp(turn)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await turn.isServed
        } onCancel: {
            giveUp(turn)
        }
    }

    private func giveUp(_ turn: Turn) {
        let (wasWaiting, served) = state.withLock { state -> (Bool, [Turn]) in
            guard let index = state.waiting.firstIndex(where: { $0 === turn }) else { return (false, []) }
            state.waiting.remove(at: index)
            // Those behind it may fit where it did not.
            return (true, serve(&state))
        }
        if wasWaiting { turn.finish(isServed: false) }
        for turn in served { turn.finish(isServed: true) }
    }

    fileprivate func giveBack(_ bytes: Int) {
        guard bytes > 0 else { return }
        let served = state.withLock { state in
            state.taken -= bytes
            return serve(&state)
        }
        for turn in served { turn.finish(isServed: true) }
    }

    private func serve(_ state: inout State) -> [Turn] {
        var served: [Turn] = []
        while let first = state.waiting.first, state.taken + first.bytes <= limit {
            state.taken += first.bytes
            served.append(state.waiting.removeFirst())
        }
        return served
    }
}

/// One request's place among those that wait.
private final class Turn: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Bool, Never>)
        case finished(isServed: Bool)
    }

    let bytes: Int
    private let state = Mutex(State.open)

    init(_ bytes: Int) {
        self.bytes = bytes
    }

    /// Waits until it is decided. Asked once.
    var isServed: Bool {
        get async {
            await withCheckedContinuation { continuation in
                let decided = state.withLock { state -> Bool? in
                    if case .finished(let isServed) = state { return isServed }
                    state = .awaited(continuation)
                    return nil
                }
                if let decided { continuation.resume(returning: decided) }
            }
        }
    }

    /// Decided once: whoever takes it out of the queue calls this.
    func finish(isServed: Bool) {
        let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            defer { state = .finished(isServed: isServed) }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(returning: isServed)
    }
}

/// What one request holds of the budget, until it is answered.
final class BodyHold: Sendable {
    private let budget: BodyBudget
    private let held = Atomic(0)

    init(_ budget: BodyBudget) {
        self.budget = budget
    }

    /// Holds all of a body of `size` bytes.
    ///
    /// May wait only when it holds nothing yet (see `BodyBudget`, 2).
    /// - Returns: false when too much is in memory already.
    func grow(to size: Int, patience: Duration = .zero) async -> Bool {
        let before = held.load(ordering: .relaxed)
        let missing = max(0, size - BodyBudget.free) - before
        guard missing > 0 else { return true }
        guard await budget.take(missing, patience: before == 0 ? patience : .zero) else { return false }
        held.add(missing, ordering: .relaxed)
        return true
    }

    /// Gives back what a body of `size` bytes does not need.
    func shrink(to size: Int) {
        let wanted = max(0, size - BodyBudget.free)
        let surplus = held.load(ordering: .relaxed) - wanted
        guard surplus > 0 else { return }
        held.subtract(surplus, ordering: .relaxed)
        budget.giveBack(surplus)
    }

    func release() {
        budget.giveBack(held.exchange(0, ordering: .relaxed))
    }

    /// The most that one body may ask for.
    var limit: Int { budget.limit + BodyBudget.free }
}
