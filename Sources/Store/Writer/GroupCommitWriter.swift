import Dispatch
import Domain
import GRDB
import Logging
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The one writer (invariant 2): everything that waits goes into one transaction with one fsync.
///
///     submit ──▶ waiting ──▶ BEGIN · job · job · … · COMMIT ──▶ observers ──▶ continuations
///                   ▲                  │ a job fails
///                   │                  └─▶ ROLLBACK, then each job alone, so that only the bad one hears its error
///                   └── full: `busy` at once, nothing is dropped (invariant 5)
///
/// A job's result is handed back only after the COMMIT, which with `synchronous=FULL` has synced the log: what is
/// acknowledged is on disk (invariant 1). Jobs may run twice and must not touch anything but their context.
final class GroupCommitWriter: Sendable {
    /// The most jobs in one transaction.
    static let batchLimit = 512

    private struct Job: Sendable {
        let weight: Int
        let run: @Sendable (WriteContext) throws -> Void
        let finish: @Sendable ((any Error)?) -> Void
    }

    private struct Round: Sendable {
        let jobs: [Job]
        let questions: [@Sendable () -> Void]
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private struct State: Sendable {
        var waiting: [Job] = []
        var waitingWeight = 0
        /// Who wants to know that the writer comes round.
        var questions: [@Sendable () -> Void] = []
        var isDraining = false
        var isClosed = false
        var whenIdle: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let pool: DatabasePool
    private let context: WriterContextBox
    private let clock: WallClock
    private let linger: Duration
    private let queueLimit: Int
    private let upstream: UpstreamHold
    private let observer: @Sendable (Commit) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - linger: how long a transaction waits for company; 0 commits at once.
    ///   - queueLimit: the weight of jobs that may wait, events.
    ///   - joinWindow: how far apart an event and its picture may come.
    ///   - openingID: names what is written from now on, see `FeedLineage`.
    ///   - upstream: is told of marks once they are committed.
    ///   - observer: is told what was committed, in feed order, on the writer's queue: it must not block.
    init(
        pool: DatabasePool, clock: WallClock, linger: Duration, queueLimit: Int, joinWindow: Duration,
        openingID: String, upstream: UpstreamHold, logger: Logger, observer: @escaping @Sendable (Commit) -> Void
    ) throws {
        self.pool = pool
        self.clock = clock
        self.linger = linger
        self.queueLimit = queueLimit
        self.upstream = upstream
        self.observer = observer
        self.logger = logger
        context = try pool.writeWithoutTransaction { database in
            WriterContextBox(
                try WriteContext(
                    database: database, now: clock.now(), joinWindow: joinWindow, openingID: openingID,
                    upstream: upstream))
        }
    }

    /// How much waits, events.
    var queueLength: Int { state.withLock { $0.waitingWeight } }

    /// Runs `body` in the next transaction and returns after its commit.
    /// - Parameter weight: how many events the job writes, for the bound of the queue.
    /// - Throws: `StoreError` `busy`, `closed`, `noSpace`, …, or what `body` throws.
    func submit<Value: Sendable>(
        weight: Int = 1, _ body: @escaping @Sendable (WriteContext) throws -> Value
    ) async throws -> Value {
        let result = JobResult<Value>()
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let job = Job(weight: weight) { context in
                result.value.withLock { $0 = nil }
                let value = try body(context)
                result.value.withLock { $0 = value }
            } finish: { error in
                if let error { continuation.resume(throwing: error) } else { continuation.resume() }
            }
            enqueue(job)
        }
        guard let value = result.value.withLock({ $0 }) else {
            throw StoreError(.internalError, operation: "commit", detail: "a finished job left no result")
        }
        return value
    }

    private func enqueue(_ job: Job) {
        let (refusal, mustStart) = state.withLock { state -> (StoreError?, Bool) in
            if state.isClosed {
                return (StoreError(.closed, operation: "write", detail: "the appliance is stopping"), false)
            }
            // A job heavier than the whole queue is let in when it is alone, else it could never run.
            if state.waitingWeight > 0, state.waitingWeight + job.weight > queueLimit {
                return (StoreError(.busy, operation: "write", detail: "\(state.waitingWeight) writes wait"), false)
            }
            state.waiting.append(job)
            state.waitingWeight += job.weight
            let mustStart = !state.isDraining
            state.isDraining = true
            return (nil, mustStart)
        }
        if let refusal {
            job.finish(refusal)
        } else if mustStart {
            startDraining()
        }
    }

    /// Calls `answer` on the writer's queue once what it is at is over; at once when it is closed. It counts nothing
    /// against the bound of the queue, and begins no transaction.
    func ask(_ answer: @escaping @Sendable () -> Void) {
        let (isClosed, mustStart) = state.withLock { state -> (Bool, Bool) in
            if state.isClosed { return (true, false) }
            state.questions.append(answer)
            let mustStart = !state.isDraining
            state.isDraining = true
            return (false, mustStart)
        }
        if isClosed {
            answer()
        } else if mustStart {
            startDraining()
        }
    }

    private func startDraining() {
        pool.asyncWriteWithoutTransaction { [self] database in
            self.drain(database)
        }
    }

    /// Takes no further jobs, and returns when those that wait are committed and the statements are gone.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state -> Bool in
                state.isClosed = true
                if state.isDraining { state.whenIdle.append(continuation) }
                return !state.isDraining
            }
            if isIdle { continuation.resume() }
        }
        try? await pool.barrierWriteWithoutTransaction { [context] _ in context.context = nil }
    }

    private func drain(_ database: Database) {
        while true {
            if linger > .zero, state.withLock({ $0.waiting.count < Self.batchLimit && !$0.isClosed }) {
                usleep(UInt32(clamping: linger.wholeMicroseconds))
            }
            let round = state.withLock { state in Self.nextRound(&state) }
            for answer in round.questions { answer() }
            if round.jobs.isEmpty {
                for continuation in round.idle { continuation.resume() }
                return
            }
            commit(round.jobs, database)
        }
    }

    /// What is done next; without jobs the writer rests.
    private static func nextRound(_ state: inout State) -> Round {
        let jobs = Array(state.waiting.prefix(batchLimit))
        state.waiting.removeFirst(jobs.count)
        state.waitingWeight -= jobs.reduce(0) { $0 + $1.weight }
        var round = Round(jobs: jobs, questions: state.questions)
        state.questions = []
        if jobs.isEmpty {
            state.isDraining = false
            round.idle = state.whenIdle
            state.whenIdle = []
        }
        return round
    }

    private func commit(_ jobs: [Job], _ database: Database) {
        guard let context = context.context else {
            for job in jobs { job.finish(StoreError(.closed, operation: "write", detail: "the store is closed")) }
            return
        }
        let marker = context.marker
        context.now = clock.now()
        do {
            try database.execute(sql: "BEGIN IMMEDIATE")
            for job in jobs { try job.run(context) }
            try context.writeContacts()
            try database.execute(sql: "COMMIT")
        } catch {
            if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK") }
            context.restore(marker)
            let failure = StoreError.afterRollback(error, path: pool.path)
            // A full disk or a broken file is everybody's trouble; anything else may be one job's.
            let isShared = (failure as? StoreError).map { [.noSpace, .io, .corrupt].contains($0.kind) } ?? false
            if isShared { logger.error("transaction rolled back", metadata: ["error": "\(failure)"]) }
            if jobs.count == 1 || isShared {
                for job in jobs { job.finish(failure) }
            } else {
                for job in jobs { commit([job], database) }
            }
            return
        }
        _ = context.takeJoinedFiles()
        if let mark = context.takeMark() { upstream.set(mark) }
        let commit = context.takeCommit()
        if !commit.isEmpty { observer(commit) }
        for job in jobs { job.finish(nil) }
        indexForSearch(context, database)
    }

    /// Brings the search index up to date in portions, after those who wait have been answered: an index written for
    /// a thousand events at once costs a fraction of a thousand small ones.
    private func indexForSearch(_ context: WriteContext, _ database: Database) {
        guard context.nextEventRowID - context.indexedEventRowID > SearchIndex.portion else { return }
        let marker = context.marker
        do {
            try database.execute(sql: "BEGIN IMMEDIATE")
            try SearchIndex.extend(context)
            try database.execute(sql: "COMMIT")
        } catch {
            if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK") }
            context.restore(marker)
            logger.error("search index not extended", metadata: ["error": "\(error)"])
        }
    }
}

/// Hands a job's value from the writer's queue to the task that waits for it.
private final class JobResult<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}

/// Carries the context to the writer's queue.
///
/// Unchecked, because the context is touched on the writer's serial queue only: it is made there, and `commit` runs
/// there.
private final class WriterContextBox: @unchecked Sendable {
    /// Nil once the writer is closed: its statements have to be gone before the connection can close.
    var context: WriteContext?

    init(_ context: WriteContext) {
        self.context = context
    }
}
