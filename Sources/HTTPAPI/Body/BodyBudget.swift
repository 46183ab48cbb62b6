import Synchronization

/// The bytes of bodies that are in memory at once, of all connections together (invariant 5).
///
/// Each body is bounded, and so are connections; but a thousand connections with twelve megabytes each would be more
/// than the box has. At the bound senders hear `503` and try again.
public final class BodyBudget: Sendable {
    /// What every request may hold without asking, so that people who log in never wait for pictures, and nobody
    /// without a key can use the budget up: all bodies that are read before somebody is recognised fit into it.
    static let free = RequestLimits.plainBody

    private let limit: Int
    private let taken = Atomic(0)

    /// - Parameter limit: bytes. A body exists up to three times while it is decoded: as sent, as text, as picture.
    public init(limit: Int = 128 << 20) {
        self.limit = limit
    }

    fileprivate func take(_ bytes: Int) -> Bool {
        guard taken.add(bytes, ordering: .relaxed).newValue > limit else { return true }
        giveBack(bytes)
        return false
    }

    fileprivate func giveBack(_ bytes: Int) {
        taken.subtract(bytes, ordering: .relaxed)
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
    /// - Returns: false when too much is in memory already.
    func grow(to size: Int) -> Bool {
        let wanted = max(0, size - BodyBudget.free)
        let missing = wanted - held.load(ordering: .relaxed)
        guard missing > 0 else { return true }
        guard budget.take(missing) else { return false }
        held.add(missing, ordering: .relaxed)
        return true
    }

    func release() {
        budget.giveBack(held.exchange(0, ordering: .relaxed))
    }
}
