/// How the replication to the central database is now.
public struct UpstreamStatus: Sendable, Hashable {
    public enum State: String, Sendable, CaseIterable {
        /// Not set up.
        case off
        /// A connection is being made, or what the centre has is being compared.
        case connecting
        /// Connected: what comes is sent.
        case streaming
        /// After an error; it is tried again by itself.
        case waiting
        /// Connected or not, nothing is sent for now; `problem` and `errorText` say why.
        case paused
    }

    /// Why nothing reaches the centre, as far as somebody has to do something else about it in each case.
    public enum Problem: String, Sendable, CaseIterable {
        /// No server answers at the address.
        case unreachable
        case wrongPassword = "wrong_password"
        /// The encrypted connection is not to be had, or the server's certificate is not trusted.
        case tls
        /// The database has no schema `lpr`.
        case schemaMissing = "schema_missing"
        case schemaTooOld = "schema_too_old"
        case schemaTooNew = "schema_too_new"
        /// The role may not write what it has to.
        case permission
        /// The role belongs to no site, or to another one.
        case siteUnknown = "site_unknown"
        /// Another box writes under the same site id.
        case anotherAppliance = "another_appliance"
        /// The disk of the centre is full.
        case diskFull = "disk_full"
        case timeout
        case other
    }

    public var state: State
    /// Of the last error while it lasts; nil when all is well.
    public var problem: Problem?
    /// The last error in the server's or our words, also when it is over. There is never a password in it
    /// (invariant 6).
    public var errorText: String?
    public var errorAt: Instant?
    /// `host:port/dbname`.
    public var server: String?
    public var connectedSince: Instant?
    /// When the centre has last said that it has a batch.
    public var lastConfirmedAt: Instant?
    /// Rows of the change feed that the centre does not have yet.
    public var lagRows: Int64
    /// Seconds since the oldest change that the centre does not have yet; 0 when there is none.
    public var lagSeconds: Double
    /// The last row of the change feed that the centre has.
    public var confirmedSequence: Int64
    /// Which life of the local database the rows belong to; nil before the first contact.
    public var epoch: Int64?
    /// Rows a second, mean of the last minute.
    public var rowsPerSecond: Double
    /// Since the start.
    public var rowsSent: Int64
    /// Since the start.
    public var batchesSent: Int64
    /// Rows that the centre has refused and that wait for somebody.
    public var parkedRows: Int64
    /// Stored events that are still to be sent anew; nil while nothing is.
    public var backfillRemaining: Int64?
    /// Nil when pictures stay on the site.
    public var picturesWaiting: Int64?
    /// Since the start.
    public var picturesSent: Int64
    /// Pictures that are lost, cannot be read, are too large or were refused, since the start; those behind them went on.
    public var picturesPassed: Int64
    /// Why no pictures are sent although they should; nil when all is well. Events go on.
    public var picturesErrorText: String?

    public init(
        _ state: State = .off, problem: Problem? = nil, errorText: String? = nil, errorAt: Instant? = nil,
        server: String? = nil, connectedSince: Instant? = nil, lastConfirmedAt: Instant? = nil, lagRows: Int64 = 0,
        lagSeconds: Double = 0, confirmedSequence: Int64 = 0, epoch: Int64? = nil, rowsPerSecond: Double = 0,
        rowsSent: Int64 = 0, batchesSent: Int64 = 0, parkedRows: Int64 = 0, backfillRemaining: Int64? = nil,
        picturesWaiting: Int64? = nil, picturesSent: Int64 = 0, picturesPassed: Int64 = 0,
        picturesErrorText: String? = nil
    ) {
        self.state = state
        self.problem = problem
        self.errorText = errorText
        self.errorAt = errorAt
        self.server = server
        self.connectedSince = connectedSince
        self.lastConfirmedAt = lastConfirmedAt
        self.lagRows = lagRows
        self.lagSeconds = lagSeconds
        self.confirmedSequence = confirmedSequence
        self.epoch = epoch
        self.rowsPerSecond = rowsPerSecond
        self.rowsSent = rowsSent
        self.batchesSent = batchesSent
        self.parkedRows = parkedRows
        self.backfillRemaining = backfillRemaining
        self.picturesWaiting = picturesWaiting
        self.picturesSent = picturesSent
        self.picturesPassed = picturesPassed
        self.picturesErrorText = picturesErrorText
    }

    /// Seconds of lag from which somebody should know; a transaction that was tried again is within them.
    public static let tellingLagSeconds = 300.0

    /// Whether the centre is so far behind that somebody should know.
    public var isLagging: Bool { state != .off && lagSeconds >= Self.tellingLagSeconds }
}
