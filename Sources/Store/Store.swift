public import Domain
public import GRDB
public import Logging

/// Everything that the appliance remembers, in one SQLite database.
///
/// Reads run on a few read-only connections beside each other; every write goes through the one writer (invariant 2).
public final class Store: Sendable {
    let pool: DatabasePool
    let writer: GroupCommitWriter
    let upstream: UpstreamHold
    private let hold: DirectoryHold
    public let clock: WallClock
    /// The data directory.
    public let directory: String
    /// What was found when the directory was opened, for health and the page.
    public let openingReport: OpeningReport
    /// The name of this opening in `FeedLineage`: all changes from now on are written under it.
    public let openingID: String
    let logger: Logger

    public struct Configuration: Sendable {
        /// The data directory; `appliance.sqlite` lies in it.
        public var directory: String
        /// How long a transaction waits for company.
        public var commitLinger: Duration
        /// Events that may wait for the writer before senders hear `busy`.
        public var queueLimit: Int
        /// How far apart an event and the picture that comes apart may arrive.
        public var joinWindow: Duration
        /// Whether a central database gets everything: then what it does not have yet is held back from deletion.
        public var isReplicated: Bool
        /// Which pictures it gets; counts with `isReplicated` alone.
        public var replicatedPictures: ReplicatedPictures
        /// Whether the database is copied below `backups/` before it is migrated.
        public var copiesBeforeMigration: Bool
        public var clock: WallClock

        public init(
            directory: String, commitLinger: Duration = .zero, queueLimit: Int = 8_192,
            joinWindow: Duration = .seconds(86_400), isReplicated: Bool = false,
            replicatedPictures: ReplicatedPictures = .none, copiesBeforeMigration: Bool = true, clock: WallClock
        ) {
            self.directory = directory
            self.commitLinger = commitLinger
            self.queueLimit = queueLimit
            self.joinWindow = joinWindow
            self.isReplicated = isReplicated
            self.replicatedPictures = replicatedPictures
            self.copiesBeforeMigration = copiesBeforeMigration
            self.clock = clock
        }
    }

    /// Opens the data directory: holds it, checks and if need be puts aside a damaged database, migrates.
    /// - Parameters:
    ///   - progress: is told when a part begins that may take minutes; on the calling thread.
    ///   - observer: is told of every commit, in order, before those who wait for it are answered;
    ///     it runs on the writer's queue and must not block.
    /// - Throws: `StoreError`: `inUse` when another process has the directory, `wrongSchema` for the database of a newer
    ///   version, `noSpaceForCopy` when a migration would have to begin without a copy.
    public init(
        _ configuration: Configuration, logger: Logger,
        progress: @escaping @Sendable (OpeningStep) -> Void = { _ in },
        observer: @escaping @Sendable (Commit) -> Void = { _ in }
    ) throws {
        directory = configuration.directory
        clock = configuration.clock
        self.logger = logger
        hold = try DirectoryHold(directory: configuration.directory)
        let path = configuration.directory + "/appliance.sqlite"
        let check = DamageCheck(directory: configuration.directory, path: path, now: configuration.clock.now())
        let reserve = SpaceReserve(directory: configuration.directory)
        var report = OpeningReport(isAfterUncleanStop: !hold.wasClosedCleanly)
        if report.isAfterUncleanStop {
            progress(.checking)
            report.damage = try check.putAsideIfDamaged(logger: logger)
        }
        let openingID = FeedLineage.newID()
        func open() throws -> Opened {
            try Self.open(
                path: path, configuration, openingID: openingID, logger: logger, progress: progress,
                observer: observer)
        }
        var opened = Result { try open() }
        if case .failure(let error as StoreError) = opened, error.kind == .corrupt, report.damage == nil {
            // Damaged while nothing ran: found without a check, because it does not even open.
            report.damage = try check.putAsideIfDamaged(logger: logger)
            opened = Result { try open() }
        } else if case .failure(let error as StoreError) = opened, error.kind == .noSpace, reserve.release() {
            logger.warning("the disk is full; the reserve was given up to start")
            opened = Result { try open() }
        }
        (pool, writer, upstream) = try opened.get()
        self.openingID = openingID
        reserve.take()
        openingReport = report
    }

    private typealias Opened = (DatabasePool, GroupCommitWriter, UpstreamHold)

    private static func open(
        path: String, _ configuration: Configuration, openingID: String, logger: Logger,
        progress: @escaping @Sendable (OpeningStep) -> Void, observer: @escaping @Sendable (Commit) -> Void
    ) throws -> Opened {
        do {
            let pool = try DatabasePool.appliance(path: path)
            try SchemaUpgrade(
                pool: pool, directory: configuration.directory, now: configuration.clock.now(),
                makesCopy: configuration.copiesBeforeMigration, logger: logger, progress: progress
            ).run()
            let upstream = UpstreamHold(
                isReplicated: configuration.isReplicated, pictures: configuration.replicatedPictures,
                mark: try pool.read { try UpstreamMark($0) })
            let writer = try GroupCommitWriter(
                pool: pool, clock: configuration.clock, linger: configuration.commitLinger,
                queueLimit: configuration.queueLimit, joinWindow: configuration.joinWindow, openingID: openingID,
                upstream: upstream, logger: logger, observer: observer)
            return (pool, writer, upstream)
        } catch {
            throw StoreError(error, operation: "open \(path)")
        }
    }

    /// Reads on a connection of its own, from one unchanging view of the database.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            // A function without `await`, so that the compiler takes the one that reads on the calling thread.
            if BlockingThread.isCurrent { return try readHere(body) }
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw StoreError(error, operation: "read")
        }
    }

    private func readHere<Value>(_ body: (Database) throws -> Value) throws -> Value { try pool.read(body) }

    /// Runs `body` in the next transaction of the one writer and returns after its commit. `body` may run twice.
    /// - Parameter weight: how many events it writes.
    public func write<Value: Sendable>(
        weight: Int = 1, _ body: @escaping @Sendable (WriteContext) throws -> Value
    ) async throws -> Value {
        do {
            return try await writer.submit(weight: weight, body)
        } catch let error as DatabaseError {
            throw StoreError(error, operation: "write")
        }
    }

    /// Calls `answer` when the writer comes round to it, which says that it is stuck in nothing: not in a write that the
    /// disk does not end, nor in anything else. Nothing is written for it, and a full queue does not refuse it.
    public func askWriter(_ answer: @escaping @Sendable () -> Void) { writer.ask(answer) }

    /// Events that wait for the writer.
    public var queueLength: Int { writer.queueLength }

    /// Commits what waits, checkpoints, closes the database and lets go of the directory.
    public func close() async throws {
        await writer.close()
        try await pool.barrierWriteWithoutTransaction { database in
            _ = try? database.checkpoint(.truncate)
        }
        try pool.close()
        // Given up at a start on a full disk, it may have room again now that the log is empty.
        SpaceReserve(directory: directory).take()
        hold.releaseCleanly()
    }
}
