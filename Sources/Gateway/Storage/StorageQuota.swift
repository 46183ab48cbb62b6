public import Media

/// How much the appliance may use of the disk, and from which marks on it acts.
///
///     0 ──────────── low ─── high ─── limit ──────── the disk's end
///                    90 %    95 %     no new pictures
///       a sweep begins above high and ends at low
///
/// The limit is the quota, or what the disk has left for pictures when others have filled it: twice the reserve stays
/// free of them, so that events without pictures go on until the reserve itself is reached.
public struct StorageQuota: Sendable, Hashable {
    public enum Limit: Sendable, Hashable {
        /// Nothing is deleted to make room.
        case none
        /// Of the file system, 1…100.
        case share(percent: Int)
        case bytes(Int64)
    }

    public var limit: Limit
    /// Bytes that stay free whatever happens.
    public var reserve: Int64
    /// Whether kept events and watchlist hits may lose their pictures when nothing else is left.
    public var deletesKept: Bool

    public static let highPercent: Int64 = 95
    public static let lowPercent: Int64 = 90
    /// The steps between limit, high and low mark where the disk sets the limit are no larger than this, or the reserve.
    private static let diskStep: Int64 = 256 << 20

    public init(limit: Limit = .none, reserve: Int64 = 0, deletesKept: Bool = false) {
        self.limit = limit
        self.reserve = reserve
        self.deletesKept = deletesKept
    }

    /// The quota alone, bytes; nil without one.
    func bytes(of disk: DiskSpace) -> Int64? {
        switch limit {
        case .none: nil
        // Divided first: a file system that says it is endless must not overflow.
        case .share(let percent): disk.total / 100 * Int64(min(max(percent, 1), 100))
        case .bytes(let bytes): bytes
        }
    }

    /// - Parameters:
    ///   - disk: as it was read.
    ///   - used: bytes in use at the same moment.
    public func marks(disk: DiskSpace, used: Int64) -> StorageMarks {
        let kept = reserve.multipliedReportingOverflow(by: 2)
        let room = max(0, disk.available - (kept.overflow ? .max : kept.partialValue))
        let reachable = used.addingReportingOverflow(room)
        let diskLimit = reachable.overflow ? Int64.max : reachable.partialValue
        let quota = bytes(of: disk)
        // Where others have filled a large disk, a twentieth of all pictures would be far too much to delete for that.
        let step = min(diskLimit / 100 * (100 - Self.highPercent), max(reserve, Self.diskStep))
        let quotaLimit = quota ?? .max
        return StorageMarks(
            limit: min(quotaLimit, diskLimit),
            high: min(quotaLimit / 100 * Self.highPercent, diskLimit - step),
            low: min(quotaLimit / 100 * Self.lowPercent, diskLimit - 2 * step),
            isByDisk: diskLimit < quotaLimit, quota: quota, sweeps: quota != nil)
    }
}

/// The marks as they are now, bytes.
public struct StorageMarks: Sendable, Hashable {
    /// From here on pictures are refused.
    public let limit: Int64
    /// Above it a sweep begins, and it ends at `low`.
    public let high: Int64
    public let low: Int64
    /// Whether the disk sets the limit, not the quota.
    public let isByDisk: Bool
    /// What `storage.quota` comes to; nil without one.
    public let quota: Int64?
    /// Whether room is made at all.
    public let sweeps: Bool
}
