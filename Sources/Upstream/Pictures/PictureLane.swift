import Domain
import Logging
import Store

/// Sends pictures behind their events, on a thread and a connection of its own, so that they never delay events.
///
///     late ones (feed) ─┐
///                       ├─▶ which of these does the centre have? ─▶ one picture at a time ─▶ mark here
///     rows in order ────┘                                               │
///                                                 waits while the feed lags, or stored events are sent anew
///
/// 1. Rows are walked in order up to those that the centre has (`UpstreamMark.eventRow`). A mark tells how far; it is
///    behind what was sent, never ahead, and what is there already is not sent again.
/// 2. A picture that joins its event after its row was passed is told of by the feed, which is looked through up to the
///    centre's watermark. That place is marked too, so that no restart loses one.
/// 3. What is lost, too large, cannot be read or is refused is passed and counted. Other errors are tried again.
final class PictureLane {
    let settings: ReplicatorSettings
    let local: LocalSide
    let board: StatusBoard
    let source: any PictureSource
    let wishes: PictureWishes
    let interrupt: UpstreamInterrupt
    let logger: Logger
    private var pause: RetryPause

    /// The mark as it was when this thread last looked at it; when it is another one, the replicator has set it back.
    var known: UpstreamMark
    /// All rows up to this one are done.
    var row: Int64
    /// The feed was looked through up to this number.
    var sequence: Int64
    var markedAt: ContinuousClock.Instant?
    var countedAt: ContinuousClock.Instant?
    /// The picture that took too long, and how often.
    var slow: (key: String, count: Int) = ("", 0)
    /// Bytes of the largest picture that this connection has sent.
    var largest = 0
    /// Refused or unreadable pictures that were told of in the log since the connection was made.
    var told = 0

    /// libpq keeps room for the largest message that a connection has sent: behind a larger one it is made anew.
    private static let keptBytes = 4 << 20

    init(
        _ settings: ReplicatorSettings, _ local: LocalSide, _ board: StatusBoard, _ source: any PictureSource,
        _ wishes: PictureWishes, _ interrupt: UpstreamInterrupt, _ logger: Logger
    ) {
        self.settings = settings
        self.local = local
        self.board = board
        self.source = source
        self.wishes = wishes
        self.interrupt = interrupt
        self.logger = logger
        pause = RetryPause(first: settings.firstPause, longest: settings.longestPause)
        known = local.store.confirmed
        row = known.pictureRow
        sequence = known.pictureSequence
    }

    func run() {
        while !interrupt.isInterrupted {
            do {
                try attend()
                let session = try open()
                defer { session.close() }
                try serve(session)
            } catch let error as PostgresError {
                guard error.kind != .interrupted else { continue }
                wait(error.description, isSlow: error.kind == .configuration)
            } catch {
                wait("\(error)", isSlow: false)
            }
        }
    }

    private func open() throws -> CentreSession {
        var postgres = settings.postgres
        postgres.statementTimeout = max(postgres.statementTimeout, settings.pictures.timeout)
        let session = try CentreSession.open(
            postgres, siteID: settings.siteID, purpose: "pictures", interrupt: interrupt)
        guard session.isEncrypted || !source.isEncrypted else {
            session.close()
            throw PostgresError(
                .configuration, .tls, operation: "send pictures",
                message: "media.encryption is on, and the connection to the central database is not encrypted: "
                    + "pictures stay here until upstream.url says sslmode=verify-full")
        }
        _ = try session.hello()
        (told, largest) = (0, 0)
        return session
    }

    /// Sends what comes until something goes wrong.
    private func serve(_ session: CentreSession) throws {
        while true {
            try attend()
            if try step(session) { continue }
            try keepMark(force: true)
            count()
            board.update { $0.picturesErrorText = nil }
            pause.reset()
            interrupt.pause(settings.pictures.idlePause)
            if largest > Self.keptBytes { return }
        }
    }

    /// - Returns: whether there may be more.
    private func step(_ session: CentreSession) throws -> Bool {
        align()
        let hasMore = try sendWanted(session) || sendLate(session) || sendNext(session)
        if hasMore {
            try keepMark()
            count()
        }
        return hasMore
    }

    /// Events come first: waits until the feed is followed and not behind.
    /// - Throws: of kind `interrupted`.
    func attend() throws {
        while !isCalm {
            guard !interrupt.isInterrupted else { break }
            count()
            interrupt.pause(.milliseconds(250))
        }
        guard !interrupt.isInterrupted else { throw PostgresError.interrupted("send pictures") }
    }

    private var isCalm: Bool {
        let status = board.status
        // Changes wait for company for a while anyway.
        let lag = max(settings.pictures.lagLimit, settings.batchInterval * 2)
        return status.state == .streaming && status.backfillRemaining == nil
            && status.lagRows <= Int64(settings.batchRows)
            && status.lagSeconds * 1_000 <= Double(lag.wholeMilliseconds)
    }

    private func wait(_ words: String, isSlow: Bool) {
        let duration = pause.duration(jitter: Double.random(in: 0...1), isSlow: isSlow)
        let words = String(words.prefix(PostgresError.messageLimit))
        let metadata: Logger.Metadata = ["error": "\(words)", "again_in_ms": "\(duration.wholeMilliseconds)"]
        if board.status.picturesErrorText != words {
            logger.warning("no pictures reach the central database", metadata: metadata)
        } else {
            logger.debug("no pictures reach the central database yet", metadata: metadata)
        }
        board.update { $0.picturesErrorText = words }
        try? keepMark(force: true)
        let end = ContinuousClock.now + duration
        while !interrupt.isInterrupted, ContinuousClock.now < end {
            count()
            interrupt.pause(min(.seconds(1), end - ContinuousClock.now))
        }
    }

    /// A picture has arrived.
    func settle() {
        pause.reset()
        board.update { status in
            status.picturesSent += 1
            status.picturesErrorText = nil
        }
    }
}
