import Dispatch
import Synchronization

/// A thread of our own that waits for async work and runs it itself meanwhile.
///
/// A thread that serves one connection and blocks anyway gains nothing from handing its work to other threads: each
/// change of threads costs a wake-up, and an upload has a dozen of them. Work that knows it runs here
/// (`isCurrent`) also blocks here instead of asking the threads that are kept for blocking.
public enum BlockingThread {
    /// Whether the current task runs on a thread that may block.
    @TaskLocal public static var isCurrent = false

    /// Runs `body` on the calling thread until it is done. Never to be called on Swift's threads, which must not block.
    ///
    /// What `body` hands to actors and continuations comes back to this thread. It must not start several things at
    /// once in order to gain time: they would run one after the other.
    public static func run<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
        let executor = CallingThreadExecutor<Value>()
        Task(executorPreference: executor) {
            let value = await $isCurrent.withValue(true) { await body() }
            executor.finish(value)
        }
        return executor.runUntilFinished()
    }
}

/// Keeps the jobs of one task, and of what it awaits, for the thread that waits for the task.
private final class CallingThreadExecutor<Value: Sendable>: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var value: Value?
        var hasLeft = false
    }

    private let state = Mutex(State())
    /// One signal per job, and one for the value.
    private let wake = DispatchSemaphore(value: 0)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isKept = state.withLock { state -> Bool in
            guard !state.hasLeft else { return false }
            state.jobs.append(job)
            return true
        }
        if isKept {
            wake.signal()
        } else {
            // The last breath of a task whose value is there already; nobody waits for it.
            DispatchQueue.global().async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    func finish(_ value: Value) {
        state.withLock { $0.value = value }
        wake.signal()
    }

    func runUntilFinished() -> Value {
        while true {
            wake.wait()
            let (job, value) = state.withLock { state -> (UnownedJob?, Value?) in
                if !state.jobs.isEmpty { return (state.jobs.removeFirst(), nil) }
                if state.value != nil { state.hasLeft = true }
                return (nil, state.value)
            }
            if let job { job.runSynchronously(on: asUnownedTaskExecutor()) }
            if let value { return value }
        }
    }
}
