import Logging
import ServiceLifecycle
import Synchronization

/// Gives the supervisor its signs of life while the appliance lives, and shows it how the appliance is.
struct WatchdogService: Service {
    /// How often the status is looked at when the supervisor wants no signs of life.
    private static let statusInterval = Duration.seconds(20)
    /// The most that a sign of life comes after the last answer.
    private static let pace = Duration.seconds(1)

    private let supervisor: Supervisor
    private let probes: [LivenessProbe]
    private let status: @Sendable () async -> String
    private let logger: Logger

    /// - Parameter status: one line for people, nothing secret.
    init(
        _ supervisor: Supervisor, probes: [LivenessProbe], status: @escaping @Sendable () async -> String,
        logger: Logger
    ) {
        self.supervisor = supervisor
        self.probes = probes
        self.status = status
        self.logger = logger
    }

    func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await watch() }
                // Apart: the status asks the database, which may have to wait.
                group.addTask { await showStatus() }
            }
        }
    }

    private func watch() async {
        let period = supervisor.watchdogPeriod
        let board = Board(Watchdog(parts: probes.count, period: period ?? .seconds(60), now: .now))
        let pace = min(Self.pace, (period ?? .seconds(60)) / 20)
        while !Task.isCancelled {
            supervisor.settle()
            if period != nil {
                for action in board.watchdog.withLock({ $0.turn(at: .now) }) { take(action, board) }
            }
            try? await Task.sleep(for: pace)
        }
    }

    private func take(_ action: Watchdog.Action, _ board: Board) {
        switch action {
        case .ask(let part): probes[part].ask { board.watchdog.withLock { $0.answered(part) } }
        case .signOfLife: supervisor.giveSignOfLife()
        case .late(let part):
            logger.critical(
                "\(probes[part].name) does not answer; systemd ends the appliance unless it does soon")
        case .back(let part): logger.notice("\(probes[part].name) answers again")
        }
    }

    private func showStatus() async {
        let interval = supervisor.watchdogPeriod.map { min($0 / 3, Self.statusInterval) } ?? Self.statusInterval
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            guard !Task.isCancelled else { return }
            supervisor.show(await status())
        }
    }
}

/// Shared with those who answer.
private final class Board: Sendable {
    let watchdog: Mutex<Watchdog>

    init(_ watchdog: Watchdog) { self.watchdog = Mutex(watchdog) }
}

/// Tells the supervisor that the stop has begun. The last of all services, as these are stopped from the last on.
struct StopNotice: Service {
    let supervisor: Supervisor

    func run() async {
        try? await gracefulShutdown()
        supervisor.stopping()
    }
}
