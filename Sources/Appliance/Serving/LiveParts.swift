import Domain
import Gateway
import HTTPAPI
import Identity
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Realtime
import ServiceLifecycle

/// The live connections with what they need of the other rooms.
struct LiveParts: Sendable {
    let connections: LiveConnections

    init(_ configuration: ApplianceConfiguration, _ parts: APIServices, bus: EventBus, logger: Logger) async throws {
        var settings = LiveSettings()
        settings.pingInterval = configuration.live.pingInterval
        settings.pingTimeout = configuration.live.pingTimeout
        settings.connectTimeout = configuration.live.connectTimeout
        settings.maxPayload = configuration.live.maxPayload.bytes
        settings.maxConnections = configuration.live.maxConnections
        settings.queueLimit = configuration.live.queueLimit
        let gate = ApplianceGate(
            identity: parts.identity, trustedNetworks: parts.limits.trustedNetworks,
            allowedOrigins: parts.limits.allowedOrigins, perAddress: parts.limits.perAddress,
            proxies: parts.limits.proxies, isTLS: parts.limits.isTLS)
        let desk = SenderDesk(
            intake: parts.intake, perDevice: parts.limits.perDevice, pictureLimit: parts.limits.picture,
            zone: parts.site.zone)
        let feed = ChangeFeed(parts.store)
        let presence = DevicePresence(bus: bus, feed: feed)
        try await presence.load()
        let counts = LiveCounts()
        let status = LiveStatusSource(parts) { counts.now }
        connections = LiveConnections(
            settings: settings, site: LiveSite(id: parts.site.id, name: parts.site.name), gate: gate, desk: desk,
            feed: feed, bus: bus, presence: presence, status: LiveStatus(now: status.now),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        try await connections.load()
        counts.follow(connections)
    }
}

/// Runs the live connections; at a stop they end first, so that the HTTP server has nothing left to wait for.
struct LiveService: Service {
    let connections: LiveConnections

    func run() async {
        await withGracefulShutdownHandler {
            await connections.run()
        } onGracefulShutdown: {
            connections.stop()
        }
    }
}

/// Lets the HTTP room reach the live connections.
struct LivePolling: LiveDoor {
    let connections: LiveConnections

    func connectedNow(_ protocol: SourceProtocol) -> Int? {
        switch `protocol` {
        case .webSocket: connections.counts.webSocket
        case .socketIO: connections.counts.socketIO
        default: nil
        }
    }

    func answer(_ request: LiveRequest) async throws -> LiveReply {
        let query = LiveQuery(request.query)
        let answer = try await connections.answer(
            PollingRequest(
                method: HTTPMethod(rawValue: request.method), query: query,
                caller: Caller(
                    address: request.address, credentials: request.credentials, ticket: query["ticket"],
                    origin: request.origin, host: request.host),
                body: request.body))
        return LiveReply(
            status: Int(answer.status.code),
            headers: [("Content-Type", answer.contentType)] + answer.headers.map { ($0.name, $0.value) },
            bytes: Array(answer.bytes.readableBytesView))
    }
}
