public import Domain

/// What the centre knows of this site: its row of `lpr.sites`. On each connection it is the truth.
public struct SiteRecord: Sendable, Hashable {
    /// A walk through the stored events beside the feed.
    public struct Backfill: Sendable, Hashable {
        /// The last row of `lpr_events` on the site, by its `id`, that has been looked at.
        public var after: Int64
        /// The last one that is to be.
        public var through: Int64
        /// Only events captured from then on; nil: all.
        public var from: Instant?

        public init(after: Int64, through: Int64, from: Instant? = nil) {
            self.after = after
            self.through = through
            self.from = from
        }
    }

    public var siteID: String
    /// Which life of the local database the rows of the feed belong to; 0 before the first one.
    public var epoch: Int64
    /// The last row of the change feed that the centre has.
    public var watermark: Int64
    /// Which opening of the local database wrote that row; nil when it was not told.
    public var openingID: String?
    /// Nil when no walk is under way.
    public var backfill: Backfill?
    /// The last row of the communication log that the centre has, within the epoch.
    public var logsThrough: Int64

    public init(
        siteID: String, epoch: Int64, watermark: Int64, openingID: String?, backfill: Backfill? = nil,
        logsThrough: Int64 = 0
    ) {
        self.siteID = siteID
        self.epoch = epoch
        self.watermark = watermark
        self.openingID = openingID
        self.backfill = backfill
        self.logsThrough = logsThrough
    }
}

/// What the centre is told from time to time about the site, for the people who look after many.
public struct SiteReport: Sendable, Hashable {
    public var version: String
    public var name: String?
    /// Where people reach the web page of the box.
    public var siteURL: String?
    public var lagRows: Int64
    public var lagSeconds: Double
    public var parkedRows: Int64
    public var picturesWaiting: Int64?
    /// By the clock of the box; the centre keeps how far it is off.
    public var now: Instant

    public init(
        version: String, name: String? = nil, siteURL: String? = nil, lagRows: Int64 = 0, lagSeconds: Double = 0,
        parkedRows: Int64 = 0, picturesWaiting: Int64? = nil, now: Instant
    ) {
        self.version = version
        self.name = name
        self.siteURL = siteURL
        self.lagRows = lagRows
        self.lagSeconds = lagSeconds
        self.parkedRows = parkedRows
        self.picturesWaiting = picturesWaiting
        self.now = now
    }
}
