import CLinuxCalls
import Dispatch
import Glibc
import Store
import Synchronization

/// A fixed number of threads for work that blocks: fsync, file reads, decoding.
///
/// Such work must run neither on an event loop nor on Swift's cooperative pool: both have one thread per core, and
/// a disk that takes 200 ms for an fsync would stop every connection. The queue is bounded by count and by bytes
/// (invariant 5); a full queue answers `MediaError.busy` at once.
final class FileWorkers: Sendable {
    private typealias Job = @Sendable () -> Void

    private struct Queue {
        var jobs: [(job: Job, byteCount: Int)] = []
        var byteCount = 0
    }

    /// What the threads hold on to. They do not hold the pool itself, so that its deinitialiser can end them.
    private final class Shared: Sendable {
        let queue = Mutex(Queue())
        /// One signal per job, and one per thread to end it.
        let wake = DispatchSemaphore(value: 0)
        private let stepsBack: Bool

        init(stepsBack: Bool) { self.stepsBack = stepsBack }

        func work() {
            // The work is done all the same when this fails.
            if stepsBack { _ = lpr_step_back() }
            while true {
                wake.wait()
                let job: Job? = queue.withLock { queue in
                    guard !queue.jobs.isEmpty else { return nil }
                    let next = queue.jobs.removeFirst()
                    queue.byteCount -= next.byteCount
                    return next.job
                }
                // Jobs are signalled before the end is, so a signal without a job is the end.
                guard let job else { return }
                job()
            }
        }
    }

    private let shared: Shared
    private let started: Int
    private let countLimit: Int
    private let byteLimit: Int

    /// - Parameters:
    ///   - threads: how many jobs run at once, at least 1.
    ///   - countLimit: jobs that may wait.
    ///   - byteLimit: bytes that waiting jobs may hold together. A single job above it waits if it is the only one.
    ///   - stepsBack: for threads that leave the processor to others, though not all of it: they share locks with the
    ///     intake, and one that never runs would neither give a lock back nor let the process end.
    /// - Throws: `MediaError.io` when not one thread could be started.
    init(threads: Int, countLimit: Int, byteLimit: Int, stepsBack: Bool = false) throws(MediaError) {
        shared = Shared(stepsBack: stepsBack)
        self.countLimit = countLimit
        self.byteLimit = byteLimit
        var started = 0
        var failure: Int32 = EAGAIN
        for _ in 0..<max(threads, 1) {
            failure = Self.startThread(shared)
            if failure == 0 { started += 1 }
        }
        guard started > 0 else { throw .io(operation: "start thread", path: "file work", errorNumber: failure) }
        self.started = started
    }

    deinit {
        for _ in 0..<started { shared.wake.signal() }
    }

    /// Runs `work` on one of the threads and returns what it returns. It runs to its end even when the calling task
    /// is cancelled: a half-written picture helps nobody. A thread that may block itself runs it itself.
    ///
    /// - Parameter byteCount: memory that the job keeps alive while it waits, in bytes.
    /// - Throws: `MediaError.busy`, else what `work` throws.
    func run<Result: Sendable>(
        byteCount: Int = 0,
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        if BlockingThread.isCurrent { return try work() }
        return try await withCheckedThrowingContinuation { continuation in
            enqueue(byteCount: byteCount, then: { continuation.resume(with: $0) }, work: work)
        }
    }

    /// Runs `work` on one of the threads, and then `then` with what came of it there; when the queue is full, `then`
    /// hears `MediaError.busy` at once.
    func enqueue<Result: Sendable>(
        byteCount: Int = 0,
        then: @escaping @Sendable (Swift.Result<Result, any Error>) -> Void,
        work: @escaping @Sendable () throws -> Result
    ) {
        let job: Job = { then(Swift.Result { try work() }) }
        let isQueued = shared.queue.withLock { queue in
            guard queue.jobs.count < countLimit,
                queue.jobs.isEmpty || queue.byteCount + byteCount <= byteLimit
            else { return false }
            queue.jobs.append((job, byteCount))
            queue.byteCount += byteCount
            return true
        }
        if isQueued {
            shared.wake.signal()
        } else {
            then(.failure(MediaError.busy))
        }
    }

    /// Jobs that no thread has taken yet.
    var waitingCount: Int { shared.queue.withLock { $0.jobs.count } }

    /// - Returns: 0 or an `errno`.
    private static func startThread(_ shared: Shared) -> Int32 {
        var thread = pthread_t()
        let handle = Unmanaged.passRetained(shared)
        let result = pthread_create(
            &thread,
            nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Shared>.fromOpaque(pointer).takeRetainedValue().work()
                return nil
            },
            handle.toOpaque()
        )
        if result == 0 { pthread_detach(thread) } else { handle.release() }
        return result
    }
}
