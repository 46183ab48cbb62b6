import Dispatch
import Store

/// Asks the supervisor for more time while the database is opened: a check, a copy or a migration of a large one takes
/// longer on a slow disk than any other start.
///
/// It asks only while there is progress, so that an opening that hangs is ended after all.
enum OpeningTime {
    /// How the asking goes.
    struct Pace: Sendable {
        var interval = Duration.seconds(5)
        /// What is asked for each time.
        var extent = Duration.seconds(60)
        /// After how long without progress no more is asked for. The kernel may write for minutes what it was handed,
        /// while the process only waits.
        var patience = Duration.seconds(300)
    }

    /// Runs `body` on a thread of its own, as it blocks.
    /// - Parameters:
    ///   - work: what the process has done so far.
    ///   - body: is given a closure that it tells what it is at.
    static func during<Value: Sendable>(
        _ supervisor: Supervisor, pace: Pace = Pace(), work: @escaping @Sendable () -> ProcessWork = { .now },
        _ body: @escaping @Sendable (_ progress: @escaping @Sendable (OpeningStep) -> Void) throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            if supervisor.isThere { group.addTask { await ask(supervisor, pace, work) } }
            return try await onThreadOfItsOwn {
                try body { step in
                    supervisor.show(step.sentence)
                    supervisor.startTakesLonger(pace.extent)
                }
            }
        }
    }

    private static func ask(
        _ supervisor: Supervisor, _ pace: Pace, _ work: @Sendable () -> ProcessWork
    ) async {
        var last = (work: work(), at: ContinuousClock.now)
        while true {
            try? await Task.sleep(for: pace.interval)
            guard !Task.isCancelled else { return }
            let present = (work: work(), at: ContinuousClock.now)
            if present.work.hasAdvanced(since: last.work) { last = present }
            if present.at - last.at < pace.patience { supervisor.startTakesLonger(pace.extent) }
        }
    }

    private static func onThreadOfItsOwn<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "opening").async { continuation.resume(with: Result { try body() }) }
        }
    }
}

extension OpeningStep {
    /// For `systemctl status`.
    var sentence: String {
        switch self {
        case .checking: "Checking the database after an unclean stop"
        case .copying: "Copying the database before its migration"
        case .migrating: "Migrating the database"
        }
    }
}
