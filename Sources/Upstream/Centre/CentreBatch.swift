public import Domain

/// What goes to the centre in one transaction.
public struct CentreBatch: Sendable {
    /// The step of the walk through the stored events that a batch takes, instead of moving the watermark.
    public struct BackfillStep: Sendable, Hashable {
        /// Where the centre's cursor stands.
        public var expectedAfter: Int64
        /// Where it goes; nil when the walk is over.
        public var after: Int64?

        public init(expectedAfter: Int64, after: Int64?) {
            self.expectedAfter = expectedAfter
            self.after = after
        }
    }

    /// As `SiteRecord` has it.
    public var epoch: Int64
    /// The centre's watermark before; when it is another one, the batch fails with `PostgresError.Kind.conflict`.
    public var expectedWatermark: Int64
    /// The watermark afterwards. With a `backfill` step it stays where it is.
    public var watermark: Int64
    /// Which opening of the local database wrote the row `watermark`; nil leaves what the centre has.
    public var openingID: String?
    /// What the rows are stamped with, beside the epoch: of a feed batch `watermark`, of a backfill the newest number of
    /// the feed when they were read. A row at the centre with a higher stamp stays.
    public var sequence: Int64
    public var backfill: BackfillStep?
    /// Tombstones are applied before the rows.
    public var deletedEventIDs: [String]
    public var deletedDeviceIDs: [String]
    /// Each event at most once.
    public var events: [LPREvent]
    /// Each device at most once.
    public var devices: [EdgeDevice]

    /// Rows of the feed.
    public init(
        epoch: Int64, expectedWatermark: Int64, watermark: Int64, openingID: String?, events: [LPREvent] = [],
        devices: [EdgeDevice] = [], deletedEventIDs: [String] = [], deletedDeviceIDs: [String] = []
    ) {
        self.epoch = epoch
        self.expectedWatermark = expectedWatermark
        self.watermark = watermark
        self.openingID = openingID
        sequence = watermark
        self.events = events
        self.devices = devices
        self.deletedEventIDs = deletedEventIDs
        self.deletedDeviceIDs = deletedDeviceIDs
    }

    /// A page of stored events, or devices, that are sent anew.
    /// - Parameter sequence: the newest number of the feed in the view that they were read from.
    public init(
        epoch: Int64, watermark: Int64, backfill: BackfillStep, sequence: Int64, events: [LPREvent],
        devices: [EdgeDevice] = []
    ) {
        self.epoch = epoch
        expectedWatermark = watermark
        self.watermark = watermark
        openingID = nil
        self.sequence = sequence
        self.backfill = backfill
        self.events = events
        self.devices = devices
        deletedEventIDs = []
        deletedDeviceIDs = []
    }
}
