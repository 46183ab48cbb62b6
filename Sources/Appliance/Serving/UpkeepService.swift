import Domain
import Gateway
import HTTPAPI
import Identity
import Logging
import ServiceLifecycle
import Store

/// Keeps tables within their bounds, notes what is counted in memory, and removes pictures of events that are gone.
struct UpkeepService: Service {
    private let parts: APIServices
    private let upkeep: UpkeepTurn
    private let logger: Logger

    init(_ parts: APIServices, _ upkeep: UpkeepTurn, logger: Logger) {
        self.parts = parts
        self.upkeep = upkeep
        self.logger = logger
    }

    static func limits(_ configuration: ApplianceConfiguration) -> Upkeep.Limits {
        var limits = Upkeep.Limits()
        limits.communicationLogRows = Int64(configuration.store.logLimit)
        limits.communicationLogAge = configuration.store.logRetention
        limits.rejectedMessageRows = Int64(configuration.store.rejectedLimit)
        limits.unclaimedFileAge = configuration.files.unclaimedRetention
        limits.rememberedFileAge = configuration.files.remembered
        limits.eventRetention = configuration.events.retention
        return limits
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(30))
                guard !Task.isCancelled else { return }
                await runOnce()
            }
        }
    }

    private func runOnce() async {
        let report = await upkeep.run()
        for error in report.errors { logger.warning("upkeep", metadata: ["error": "\(error)"]) }
        do {
            try await parts.identity.upkeep()
            try await parts.store.persist(parts.statistics)
        } catch {
            logger.warning("upkeep", metadata: ["error": "\(error)"])
        }
    }
}
