import Domain
public import Logging
import Media
public import Store
import Synchronization

/// Keeps the disk under its quota: counts, makes room when the high mark is passed, and tells how it is.
///
/// Nothing is deleted before everything has been counted once since the start; intake goes on meanwhile.
public final class StorageKeeper: Sendable {
    struct State: Sendable {
        var isRunning = false
        var isWanted = false
        var isStopping = false
        /// How the last sweep ended, and when by a clock that only goes forward.
        var lastOutcome: SweepRecord.Outcome?
        var lastEndedAt: ContinuousClock.Instant?
        /// Of kept events, by their number and the mean size; looked at now and then.
        var kept = StorageAmount()
        var growthPerDay: Int64?
        /// The newest number of the feed when something was deleted that the central database did not have.
        var lostThrough: Int64?
    }

    let intake: Intake
    let space: SpaceGate
    let book: StorageBook
    private let upkeep: UpkeepTurn
    private let unclaimed: (any RemovableFiles)?
    let logger: Logger
    private let turn = KeyedLock()
    private let walkTurn = KeyedLock()
    let state = Mutex(State())

    /// A sweep that found nothing, or failed, is tried again after this time.
    private static let retryPause = Duration.seconds(60)

    /// - Parameters:
    ///   - space: tells the marks.
    ///   - book: counts for `space`.
    ///   - unclaimed: files that wait for their event; nil where none are taken.
    public init(
        intake: Intake, space: SpaceGate, book: StorageBook, upkeep: UpkeepTurn,
        unclaimed: (any RemovableFiles)? = nil, logger: Logger
    ) {
        self.intake = intake
        self.space = space
        self.book = book
        self.upkeep = upkeep
        self.unclaimed = unclaimed
        self.logger = logger
    }

    /// Ends what is under way at its next step; for the stop of the appliance.
    public func stop() { state.withLock { $0.isStopping = true } }

    private var mustStop: @Sendable () -> Bool {
        { [weak self] in self?.state.withLock { $0.isStopping } ?? true }
    }

    // MARK: Counting

    /// What was known before the start, to go by until all is counted.
    /// - Throws: `StoreError`.
    public func load() async throws {
        let use = try await intake.store.read { try StorageUse.read($0) }
        var sums: [StorageClass: StorageAmount] = [:]
        for (key, amount) in use.amounts { sums[key.storageClass, default: StorageAmount()] += amount }
        book.pictures.counts.assume(sums)
        try await look()
    }

    /// Walks over everything: by class, and by device. At the start and nightly.
    /// - Parameter byDevice: also mends what each device has.
    /// - Throws: `StoreError`, `MediaError`.
    public func count(byDevice: Bool) async throws {
        try await walkTurn.withLock("") {
            try await book.walkOthers(while: mustStop)
            try await book.pictures.count(while: mustStop)
            guard byDevice else { return }
            let walk = DeviceWalk(store: intake.store, pictures: book.pictures, mustStop: mustStop)
            guard let amounts = try await walk.run() else { return }
            try await intake.store.write { try $0.replace(use: amounts) }
            book.forgetDevices()
        }
    }

    /// Walks over what is not counted at each change: incoming files and backups.
    public func countOthers() async throws {
        try await walkTurn.withLock("") { try await book.walkOthers(while: mustStop) }
    }

    /// Writes down what was counted, and looks at what changes slowly.
    /// - Throws: `StoreError`.
    public func note() async throws {
        // Before all is counted it would be no point of the history.
        if book.isCounted { try await book.persist(to: intake.store) }
        try await look()
    }

    private func look() async throws {
        let now = intake.now
        let (hours, kept) = try await intake.store.read { database in
            (
                try StorageHistory.read(since: now - .seconds(7 * 86_400), database),
                try SweepCandidate.keptCount(database)
            )
        }
        let amounts = book.amounts()
        let mean = amounts[.pictures].map { $0.files > 0 ? $0.bytes / $0.files : 0 } ?? 0
        state.withLock { state in
            state.growthPerDay = StorageHistory.growthPerDay(hours)
            state.kept = StorageAmount(files: kept, bytes: kept * mean)
        }
    }

    // MARK: Sweeps

    /// Asks for a sweep down to the low mark, to be made by the next `tick`.
    /// - Returns: why there will be none; nil when there will be one.
    public func request() -> String? {
        if let reason = refusal { return reason }
        state.withLock { $0.isWanted = true }
        return nil
    }

    private var refusal: String? {
        guard let (_, marks) = space.marks() else { return "the free space cannot be read" }
        guard marks.sweeps else { return "storage.quota is 0: nothing is deleted to make room" }
        return book.isCounted ? nil : "the files are still being counted; try again in some minutes"
    }

    /// Makes room when it is due; to be called several times a second.
    public func tick() async {
        guard refusal == nil, let (used, marks) = space.marks() else { return }
        let isWanted = state.withLock { state in
            defer { state.isWanted = false }
            return state.isWanted
        }
        guard isWanted || used > marks.high && mayTryAgain else { return }
        // Once more by what is free and in use at one and the same moment: nothing is deleted for a stale number.
        space.forget()
        guard let (used, marks) = space.marks(), isWanted || used > marks.high else { return }
        let reason: SweepRecord.Reason = isWanted ? .manual : marks.isByDisk ? .disk : .quota
        await sweep(reason, until: marks.low)
    }

    private var mayTryAgain: Bool {
        state.withLock { state in
            guard !state.isStopping else { return false }
            guard let outcome = state.lastOutcome, outcome != .done, let ended = state.lastEndedAt else { return true }
            return ContinuousClock().now - ended >= Self.retryPause
        }
    }

    /// Makes room until at most `target` bytes are in use, and remembers what it did.
    @discardableResult
    public func sweep(_ reason: SweepRecord.Reason, until target: Int64) async -> SweepRecord {
        await turn.withLock("") {
            state.withLock { $0.isRunning = true }
            let startedAt = intake.now
            let usedBefore = book.used()
            var progress = QuotaSweep.Progress()
            let outcome: SweepRecord.Outcome
            do {
                outcome = try await makeSweep().run(until: target, &progress)
            } catch {
                outcome = mustStop() ? .stopped : .failed
                logger.warning("the sweep did not come to its end", metadata: ["error": "\(error)"])
            }
            let record = SweepRecord(
                startedAt: startedAt, finishedAt: intake.now, reason: reason, outcome: outcome,
                usedBefore: usedBefore, usedAfter: book.used(), target: target,
                longestWrite: .microseconds(progress.portion.longest.wholeMicroseconds), removed: progress.removed)
            await remember(record)
            if !progress.unconfirmed.isEmpty { await tell(ofUnconfirmed: progress.unconfirmed) }
            return record
        }
    }

    /// What a sweep would take now.
    /// - Parameter target: bytes that may stay; nil for the low mark.
    /// - Throws: `StoreError`, `MediaError`.
    public func plan(until target: Int64? = nil) async throws -> SweepPlan {
        let target = target ?? space.marks().map { $0.marks.sweeps ? $0.marks.low : .max } ?? .max
        return try await makeSweep().plan(until: target)
    }

    private func makeSweep() -> QuotaSweep {
        QuotaSweep(
            intake: intake, book: book, unclaimed: unclaimed,
            upkeep: { [upkeep] in await upkeep.run(unconfirmedEvents: $0) },
            deletesKept: space.quota.deletesKept, mustStop: mustStop, logger: logger)
    }

    private func remember(_ record: SweepRecord) async {
        let before = state.withLock { state in
            defer {
                state.isRunning = false
                state.lastOutcome = record.outcome
                state.lastEndedAt = ContinuousClock().now
            }
            return state.lastOutcome
        }
        // A sweep that finds nothing once a minute is told of once.
        guard !record.removed.isEmpty || record.outcome != before || record.reason == .manual else { return }
        let sum = record.removed.reduce(into: StorageAmount()) { $0 += $1.amount }
        logger.log(
            level: record.outcome == .done ? .notice : .warning,
            record.outcome == .nothingLeft ? "nothing more may be deleted to make room" : "made room on the disk",
            metadata: [
                "reason": "\(record.reason.rawValue)", "outcome": "\(record.outcome.rawValue)",
                "files": "\(sum.files)", "bytes": "\(sum.bytes)", "used_before": "\(record.usedBefore)",
                "used_after": "\(record.usedAfter)", "target": "\(record.target)",
                "kinds": "\(record.removed.map { "\($0.kind) \($0.amount.files)" }.joined(separator: ", "))",
                "longest_write_ms": "\(record.longestWrite.wholeMilliseconds)",
            ])
        do {
            try await intake.store.write { try $0.keep(record) }
        } catch {
            logger.warning("the sweep is not remembered", metadata: ["error": "\(error)"])
        }
    }
}
