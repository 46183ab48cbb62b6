import Synchronization

/// Which pictures a central database gets beside the events.
public enum ReplicatedPictures: String, Sendable, Hashable, CaseIterable {
    case none, thumbnails, all
}

/// What must stay because a central database does not have it yet, in memory, so that upkeep and sweeps ask without a
/// query.
///
/// Rows of the feed and of `lpr_events` are given rising numbers in the order of their commits, so that what the centre
/// has is a beginning of both, and one number each says where it ends.
final class UpstreamHold: Sendable {
    let isReplicated: Bool
    let pictures: ReplicatedPictures
    private let state: Mutex<UpstreamMark>

    init(isReplicated: Bool, pictures: ReplicatedPictures, mark: UpstreamMark) {
        self.isReplicated = isReplicated
        self.pictures = pictures
        state = Mutex(mark)
    }

    var mark: UpstreamMark { state.withLock { $0 } }

    func set(_ mark: UpstreamMark) { state.withLock { $0 = mark } }

    /// The last number of the feed that may be deleted.
    var lastFreeSequence: Int64 { isReplicated ? mark.sequence : .max }

    /// The last row of `lpr_events` that may be deleted by its age.
    var lastFreeEvent: Int64 { isReplicated ? mark.eventRow : .max }

    /// The last row of `lpr_events` that may lose pictures of that kind.
    func lastFreePicture(_ kind: SweepKind) -> Int64 {
        let isSent = kind.isOfFullPictures ? pictures == .all : pictures != .none
        return isReplicated && isSent ? mark.pictureRow : .max
    }
}

extension Store {
    /// How far the central database is known to have what is here, as it was last committed.
    public var confirmed: UpstreamMark { upstream.mark }

    /// Whether a central database gets all of it.
    public var isReplicated: Bool { upstream.isReplicated }

    /// The last row of `lpr_events` that may lose pictures of that kind without anything missing at the centre;
    /// `Int64.max` when nothing is held back for it.
    public func lastFreePicture(_ kind: SweepKind) -> Int64 { upstream.lastFreePicture(kind) }
}
