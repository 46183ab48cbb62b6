import Domain
import Logging
import Store

/// What the replicator's thread does.
///
///     connect ─▶ hello ─▶ align ─▶ stream ─┐
///        ▲                 ▲               ├ conflict, gap in the feed
///        │                 └───────────────┘
///        └── pause ◀── error
final class ReplicatorLoop {
    let settings: ReplicatorSettings
    let local: LocalSide
    let board: StatusBoard
    let requests: ReplicatorRequests
    let wishes: PictureWishes
    let interrupt: UpstreamInterrupt
    let logger: Logger

    var width: BatchWidth
    var logWidth: BatchWidth
    private var pause: RetryPause
    /// The epoch in which this process has written or begun to.
    var ownEpoch: Int64?
    var position = Position()
    /// When the watermark was last noted here.
    var markedAt: ContinuousClock.Instant?
    /// Refused rows that are to be sent again before anything else of low priority.
    var retries: [Int64] = []
    var parkedCount: Int64 = 0

    /// Where the centre is, as its last answer said.
    struct Position {
        var epoch: Int64 = 0
        var watermark: Int64 = 0
        var backfill: SiteRecord.Backfill?
        /// Whether the devices were sent in this walk.
        var hasSentDevices = false
        var logsThrough: Int64 = 0
        /// All rows of `lpr_events` up to this `id` are there.
        var eventRow: Int64 = 0
        /// The same as far as the feed alone can tell.
        var feedEventRow: Int64 = 0
    }

    init(
        _ settings: ReplicatorSettings, _ local: LocalSide, _ board: StatusBoard, _ requests: ReplicatorRequests,
        _ wishes: PictureWishes, _ interrupt: UpstreamInterrupt, _ logger: Logger
    ) {
        self.settings = settings
        self.local = local
        self.board = board
        self.requests = requests
        self.wishes = wishes
        self.interrupt = interrupt
        self.logger = logger
        width = BatchWidth(limit: settings.batchRows)
        logWidth = BatchWidth(limit: settings.batchRows)
        pause = RetryPause(first: settings.firstPause, longest: settings.longestPause)
    }

    func run() {
        while !interrupt.isInterrupted {
            board.update { $0.state = .connecting }
            do {
                try countParked()
                try lookAhead()
                let session = try CentreSession.open(
                    settings.postgres, siteID: settings.siteID, interrupt: interrupt)
                defer { session.close() }
                try follow(session)
            } catch let error as PostgresError {
                guard error.kind != .interrupted else { continue }
                wait(after: error)
            } catch let error as Halt {
                wait(.paused, error.problem, error.words, isSlow: true)
            } catch {
                wait(.waiting, .other, "the local database: \(error)", isSlow: false)
            }
        }
        board.update { status in
            status.state = .off
            status.connectedSince = nil
        }
    }

    /// Why nothing may be sent although the centre is there.
    struct Halt: Error {
        var problem: UpstreamStatus.Problem
        var words: String
    }

    /// The centre is elsewhere, or the feed has a gap: to be aligned anew.
    struct Misalignment: Error {}

    private func follow(_ session: CentreSession) throws {
        // More in a row than that, and a new connection is tried.
        for _ in 0..<4 {
            try align(session, with: try session.hello())
            try session.ensureMonthsAhead(of: local.now)
            board.update { status in
                status.state = .streaming
                status.server = session.server
                status.connectedSince = status.connectedSince ?? self.local.now
            }
            logger.info(
                "the central database is followed",
                metadata: [
                    "server": "\(session.server)", "epoch": "\(position.epoch)", "watermark": "\(position.watermark)",
                ])
            do {
                try stream(session)
            } catch is Misalignment {
                continue
            } catch let error as PostgresError {
                guard error.kind == .conflict else { throw error }
            }
        }
        throw PostgresError(
            .transient, .anotherAppliance, operation: "send",
            message: "the watermark of site \(settings.siteID) is moved by somebody else again and again")
    }

    // MARK: After errors

    private func wait(after error: PostgresError) {
        wait(.waiting, error.problem, error.description, isSlow: error.kind == .configuration)
    }

    private func wait(_ state: UpstreamStatus.State, _ problem: UpstreamStatus.Problem, _ words: String, isSlow: Bool) {
        let duration = pause.duration(jitter: Double.random(in: 0...1), isSlow: isSlow)
        let (now, words) = (local.now, String(words.prefix(PostgresError.messageLimit)))
        let isNew = board.status.errorText != words || board.status.state != state
        board.update { status in
            status.state = state
            status.problem = problem
            status.errorText = words
            status.errorAt = now
            status.connectedSince = nil
        }
        let metadata: Logger.Metadata = ["error": "\(words)", "again_in_ms": "\(duration.wholeMilliseconds)"]
        if isNew {
            logger.warning("nothing reaches the central database", metadata: metadata)
        } else {
            logger.debug("nothing reaches the central database yet", metadata: metadata)
        }
        let end = ContinuousClock.now + duration
        // What waits grows meanwhile, and the page shows it.
        while !interrupt.isInterrupted, ContinuousClock.now < end {
            _ = try? lookAhead()
            interrupt.pause(min(.seconds(1), end - ContinuousClock.now))
        }
    }

    /// It works.
    func settle() { pause.reset() }

    // MARK: What is ahead

    /// Looks how far the feed is ahead of the centre.
    /// - Returns: the number of the newest row.
    @discardableResult
    func lookAhead() throws -> Int64 {
        let confirmed = position.epoch > 0 ? position.watermark : local.store.confirmed.sequence
        let (newest, oldest) = try local.read { database in
            (try FeedPage.newestSequence(database), try FeedPage.firstChange(after: confirmed, database))
        }
        board.note(newest: newest, confirmed: confirmed, oldestWaiting: oldest)
        return newest
    }

    func countParked() throws {
        parkedCount = try local.read { try ParkedRow.count($0) }
        let count = parkedCount
        board.update { $0.parkedRows = count }
    }

    /// Notes here what the centre has, about once a second: it decides what may be deleted, nothing else.
    func keepMark(force: Bool = false) throws {
        let now = ContinuousClock.now
        if !force, let markedAt, now - markedAt < .seconds(1) { return }
        markedAt = now
        let (sequence, epoch, eventRow) = (position.watermark, position.epoch, position.eventRow)
        let known = local.store.confirmed
        guard known.sequence != sequence || known.epoch != epoch || known.eventRow != eventRow else { return }
        try local.write { context in
            var mark = context.confirmed
            // Of another epoch, or of what the centre has lost, nobody knows which pictures it has.
            if mark.epoch != epoch || mark.sequence > sequence { mark.pictureRow = 0 }
            (mark.sequence, mark.epoch, mark.eventRow) = (sequence, epoch, eventRow)
            try context.confirm(mark)
        }
    }
}
