/// How far one numbered row of messages was handed out and acknowledged.
///
///     ───── acknowledged ─────│── handed out ──│── waits ──│
///                         position          handed      newest
///
/// Numbers that bring no message (a deleted event, a device) are passed over: `outstanding` holds those that do. What
/// was left out because too much waited is `floor` and all below it; messages that were already handed out then may
/// still be acknowledged.
struct OutboundLane: Sendable {
    /// The last number that was looked at.
    private(set) var handed: Int64
    /// Handed out and not acknowledged, rising.
    private(set) var outstanding: [Int64] = []
    private var floor: Int64
    /// The last number that there is, as far as is known.
    var newest: Int64

    /// - Parameter position: all up to this one are dealt with.
    init(at position: Int64, newest: Int64) {
        handed = position
        floor = position
        self.newest = newest
    }

    /// All up to this one are dealt with.
    var position: Int64 { max(floor, (outstanding.first ?? handed + 1) - 1) }

    var waiting: Int64 { max(0, newest - position) }

    /// Of those that wait, what was never handed out.
    var unseen: Int64 { max(0, newest - handed) }

    /// Handed out, and lost when the connection breaks.
    var endangered: Int64 { Int64(outstanding.prefix { $0 <= floor }.count) }

    /// - Parameters:
    ///   - numbers: those that bring a message, rising.
    ///   - last: the last one that was looked at.
    mutating func handOut(_ numbers: [Int64], through last: Int64) {
        outstanding += numbers
        handed = max(handed, last)
        newest = max(newest, handed)
    }

    /// Leaves out everything up to a number that was not handed out yet.
    mutating func skip(through last: Int64) {
        guard last > handed else { return }
        floor = max(floor, last)
        handed = max(handed, last)
    }

    mutating func acknowledge(_ numbers: Set<Int64>) {
        guard !numbers.isEmpty else { return }
        outstanding.removeAll { numbers.contains($0) }
    }

    /// Everything that was not acknowledged is to be handed out again.
    /// - Returns: how many were handed out but lie below what was left out: they are not handed out again.
    mutating func rewind() -> Int64 {
        let lost = endangered
        handed = position
        outstanding = []
        return lost
    }
}
