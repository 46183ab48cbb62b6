import Gateway
import HTTPAPI
import Logging
import MQTTLink
import Realtime
import Synchronization

/// The MQTT link with what it needs of the other rooms.
struct MQTTParts: Sendable {
    let link: MQTTLink
    private let status = SystemStatus()

    init(_ configuration: ApplianceConfiguration, _ parts: APIServices, bus: EventBus, logger: Logger) async throws {
        let settings = configuration.mqtt.linkSettings(siteID: configuration.site.id)
        let queue = OutboundQueue(
            store: parts.store, statistics: parts.statistics, siteID: parts.site.id, selection: settings.processed,
            limit: settings.queueLimit, logger: logger)
        let status = status
        link = MQTTLink(
            settings, intake: parts.intake, queue: queue,
            surroundings: MQTTLink.Surroundings(
                siteID: parts.site.id, version: parts.version, zone: parts.site.zone,
                pictureLimit: parts.limits.picture, systemStatus: { await status.now() }),
            logger: logger)
        if link.isSetUp {
            try await link.load()
            queue.follow(bus)
            parts.intake.answerTransfers(limit: settings.queueLimit)
        } else {
            try await OutboundQueue.forget(in: parts.store)
        }
    }

    /// Tells the link how the box is, once all of it is put together.
    func follow(_ parts: APIServices, _ live: LiveConnections) {
        let source = LiveStatusSource(parts) { live.counts }
        status.set { await source.now().system }
    }
}

/// What is sent every 30 seconds; empty until the box is put together.
private final class SystemStatus: Sendable {
    private let source = Mutex<(@Sendable () async -> [UInt8])?>(nil)

    func set(_ source: @escaping @Sendable () async -> [UInt8]) { self.source.withLock { $0 = source } }

    func now() async -> [UInt8] { await source.withLock { $0 }?() ?? [] }
}
