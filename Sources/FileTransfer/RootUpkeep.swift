public import Logging
public import ServiceLifecycle

/// Goes through the roots at the start, again when what a crash left has settled, and then every ten minutes.
public struct RootUpkeep: Service {
    private static let settling: Duration = .seconds(90)
    private static let interval: Duration = .seconds(600)

    private let sweep: RootSweep
    private let logger: Logger

    public init(_ sweep: RootSweep, logger: Logger) {
        self.sweep = sweep
        self.logger = logger
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            var pause = Self.settling
            while !Task.isCancelled {
                let report = await sweep.run()
                if report != RootSweep.Report() {
                    logger.info(
                        "went through the directories of uploads",
                        metadata: ["taken": "\(report.taken)", "removed": "\(report.removed)"])
                }
                try? await Task.sleep(for: pause)
                pause = Self.interval
            }
        }
    }
}
