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
    private let limits: Upkeep.Limits
    private let logger: Logger

    init(_ parts: APIServices, _ configuration: ApplianceConfiguration, logger: Logger) {
        self.parts = parts
        self.logger = logger
        var limits = Upkeep.Limits()
        limits.communicationLogRows = Int64(configuration.store.logLimit)
        limits.communicationLogAge = configuration.store.logRetention
        limits.rejectedMessageRows = Int64(configuration.store.rejectedLimit)
        limits.unclaimedFileAge = configuration.files.unclaimedRetention
        limits.rememberedFileAge = configuration.files.remembered
        limits.eventRetention = configuration.events.retention
        self.limits = limits
    }

    func run() async throws {
        let upkeep = Upkeep(parts.store)
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(30))
                guard !Task.isCancelled else { return }
                await runOnce(upkeep)
            }
        }
    }

    private func runOnce(_ upkeep: Upkeep) async {
        let report = await upkeep.run(limits)
        for error in report.errors { logger.warning("upkeep", metadata: ["error": "\(error)"]) }
        for picture in report.pictures { await parts.intake.remove(picture) }
        for file in report.files { await parts.intake.remove(file) }
        do {
            try await parts.identity.upkeep()
            try await parts.store.persist(parts.statistics)
        } catch {
            logger.warning("upkeep", metadata: ["error": "\(error)"])
        }
    }
}
