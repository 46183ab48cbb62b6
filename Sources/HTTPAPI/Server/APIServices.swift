public import Domain
public import Gateway
public import Identity
public import Logging
public import Media
public import Store

/// Everything that the routes work with.
public struct APIServices: Sendable {
    public let store: Store
    public let intake: Intake
    public let identity: Identity
    public let pictures: PictureStore
    public let space: SpaceGate
    public let devices: DeviceGate
    public let statistics: CommunicationStatistics
    public let limits: RequestLimits
    public let site: Site
    public let version: String
    public let startedAt: ContinuousClock.Instant
    public let logger: Logger
    let health = HealthBoard()
    /// The live connections; nil where there are none.
    public var live: (any LiveDoor)?
    /// Compares pictures and events; nil where nothing does.
    public var sweep: PictureSweep?
    /// Keeps the disk under its quota; nil where nothing does.
    public var storage: StorageKeeper?
    /// Keeps the tables within their bounds.
    public var upkeep: UpkeepTurn?
    /// The connections that the appliance makes itself.
    public var links: [any CommunicationLink] = []
    /// The replication to the central database; nil where there is none.
    public var upstream: (any UpstreamDesk)?

    public struct Site: Sendable {
        public var id: String
        public var name: String
        /// IANA name of the zone that the page shows times in.
        public var timezone: String
        /// `th` or `en`, for browsers that ask for neither.
        public var language: String
        /// The rules of `timezone`; they say when a day begins.
        public var zone: TimeZoneRules

        public init(id: String, name: String, timezone: String, language: String, zone: TimeZoneRules = .utc) {
            self.id = id
            self.name = name
            self.timezone = timezone
            self.language = language
            self.zone = zone
        }
    }

    public init(
        store: Store, intake: Intake, identity: Identity, pictures: PictureStore, space: SpaceGate,
        devices: DeviceGate, statistics: CommunicationStatistics, limits: RequestLimits, site: Site, version: String,
        startedAt: ContinuousClock.Instant, logger: Logger
    ) {
        self.store = store
        self.intake = intake
        self.identity = identity
        self.pictures = pictures
        self.space = space
        self.devices = devices
        self.statistics = statistics
        self.limits = limits
        self.site = site
        self.version = version
        self.startedAt = startedAt
        self.logger = logger
    }

    var now: Instant { store.clock.now() }

    /// Whether everything works, as `GET /api/health` tells it.
    public func isHealthy() async -> Bool { await HealthReport(self).isOK }

    /// The names of what does not work as it should, as `GET /api/health` tells of them; empty when all is well.
    public func troubles() async -> [String] { await HealthReport(self).troubles }

    /// How many connections of a protocol the appliance has made and are open; nil where it makes none.
    public func linkedNow(_ protocol: SourceProtocol) -> Int? {
        let counts = links.filter { $0.protocol == `protocol` }.map(\.status.connectedNow)
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    /// Open connections of a protocol; nil for those that keep none.
    func connectedNow(_ protocol: SourceProtocol) -> Int? {
        live?.connectedNow(`protocol`) ?? linkedNow(`protocol`)
    }

    /// Bytes of the database and its log.
    public var databaseSize: Int64 { HealthReport.databaseSize(in: store.directory) }
}
