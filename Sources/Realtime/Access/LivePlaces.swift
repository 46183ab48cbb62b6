import NIOHTTP1
import Synchronization

/// How many live connections there may be, of all kinds together (invariant 5).
package final class LivePlaces: Sendable {
    private let limit: Int
    private let taken = Atomic(0)
    private let isClosed = Atomic(false)

    package init(limit: Int) {
        self.limit = limit
    }

    static let refusal = UpgradeRefusal(
        .serviceUnavailable, code: "busy", "There are as many live connections as there may be.",
        headers: ["Retry-After": "5"])

    /// - Returns: false when none is left, or the appliance stops.
    func take() -> Bool {
        guard !isClosed.load(ordering: .relaxed) else { return false }
        guard taken.add(1, ordering: .relaxed).newValue > limit else { return true }
        giveBack()
        return false
    }

    func giveBack() { taken.subtract(1, ordering: .relaxed) }

    func close() { isClosed.store(true, ordering: .relaxed) }

    var count: Int { taken.load(ordering: .relaxed) }
}
