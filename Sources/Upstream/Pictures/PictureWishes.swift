import Synchronization

/// Events whose pictures are to be looked through once more although their row was passed and the feed tells nothing of
/// them: those that the centre had refused, and has taken now. In memory only: refused rows are sent again at each start.
final class PictureWishes: Sendable {
    /// Beyond so many, further ones are forgotten (invariant 5).
    private static let limit = 1_000

    private let ids: Mutex<[String]> = Mutex([])

    func want(_ eventID: String) {
        ids.withLock { if $0.count < Self.limit { $0.append(eventID) } }
    }

    func take(_ limit: Int) -> [String] {
        ids.withLock { ids in
            let some = Array(ids.prefix(limit))
            ids.removeFirst(some.count)
            return some
        }
    }
}
