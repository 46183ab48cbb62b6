/// Where to go on, by what the centre has of this site and what the local database remembers.
///
/// 1. The centre's watermark is the truth about the centre, and counts only for the history that it was written in: the
///    local database must have the same opening for that number (`FeedLineage`).
/// 2. The feed must still hold everything behind it.
/// 3. Otherwise it is another life of the database: a new epoch begins, and all stored events are sent beside the feed.
///    So nothing is skipped silently; what the centre has more of stays there.
/// 4. A box that has itself written in its epoch and finds a later one has a double with the same site id.
enum Alignment: Equatable {
    /// The feed is followed from the centre's watermark.
    case goOn
    /// - Parameters:
    ///   - watermark: where the feed is followed from.
    ///   - isWhole: whether the feed holds everything, so that no stored events have to be walked through.
    case newEpoch(watermark: Int64, isWhole: Bool)
    /// Another appliance writes as this site.
    case another

    /// What the local database knows about a watermark, in one view of it.
    struct Local: Equatable {
        /// The number of the newest row of the feed; 0 when there is none.
        var newest: Int64
        /// The first row that is kept; nil when there is none.
        var first: Int64?
        /// Which opening wrote the row of the centre's watermark; nil when that number is unknown here.
        var opening: String?
        /// Whether the feed was never trimmed: all that was ever stored is told of by it.
        var holdsAll: Bool { newest == 0 || first == 1 }
    }

    /// - Parameter ownEpoch: the epoch in which this process has written; nil when it has not yet.
    static func decide(_ record: SiteRecord, _ local: Local, ownEpoch: Int64?) -> Alignment {
        if let ownEpoch, record.epoch > ownEpoch { return .another }
        guard record.epoch > 0 else {
            return .newEpoch(watermark: local.holdsAll ? 0 : local.newest, isWhole: local.holdsAll)
        }
        let isSameHistory =
            record.watermark <= local.newest && local.opening != nil && local.opening == record.openingID
        let isHeld = record.watermark == local.newest || local.first.map { $0 <= record.watermark + 1 } == true
        return isSameHistory && isHeld ? .goOn : .newEpoch(watermark: local.newest, isWhole: false)
    }
}
