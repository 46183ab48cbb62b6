import Domain
public import Gateway
public import Logging
public import NIOCore

/// The live connections of the appliance: `/ws` and `/socket.io/` on the port of the web page.
///
///     request ──▶ UpgradeHandler ──▶ /ws          LiveSocketServer ─┐
///                       │       └──▶ /socket.io/  EngineIOServer ───┤── SenderDesk ──▶ Intake
///     polling ──▶ HTTP server ──▶ answer ──▶ the same sessions ─────┘
///     bus ──▶ LiveHub ──▶ all of them
public final class LiveConnections: UpgradeDoor {
    public static let socketPath = "/ws"
    public static let socketIOPath = "/socket.io/"

    private let hub: LiveHub
    private let sockets: LiveSocketServer
    private let socketIO: EngineIOServer
    private let status: LiveStatus
    private let presence: DevicePresence

    public init(
        settings: LiveSettings, site: LiveSite, gate: ApplianceGate, desk: SenderDesk, feed: ChangeFeed, bus: EventBus,
        presence: DevicePresence, status: LiveStatus, eventLoopGroup: any EventLoopGroup, logger: Logger
    ) {
        let room = MessageRoom()
        let places = LivePlaces(limit: settings.maxConnections)
        let hub = LiveHub(feed: feed, bus: bus, eventLoopGroup: eventLoopGroup, logger: logger)
        self.hub = hub
        self.status = status
        self.presence = presence
        sockets = LiveSocketServer(
            hub: hub, settings: settings, site: site, gate: gate, desk: desk, places: places, room: room,
            logger: logger)
        let server = SocketIOServer(
            namespaces: ["/": LiveNamespace(gate: gate, hub: hub, desk: desk, settings: settings, logger: logger)],
            connectTimeout: settings.connectTimeout)
        socketIO = EngineIOServer(
            path: Self.socketIOPath, settings: settings, gate: gate, places: places, room: room,
            eventLoopGroup: eventLoopGroup, handle: server.handle)
    }

    /// Knows where the change feed stands; before anybody connects.
    public func load() async throws { try await hub.load() }

    /// Connections that are open now.
    public var counts: (webSocket: Int, socketIO: Int) { (sockets.count, socketIO.sessionCount) }

    public func decide(_ request: UpgradeRequest) async throws(UpgradeRefusal) -> AcceptedUpgrade? {
        switch request.path {
        case Self.socketPath: try await sockets.decide(request)
        case Self.socketIOPath, "/socket.io": try await socketIO.decide(request)
        default: nil
        }
    }

    /// Answers a request to `/socket.io/` that is no WebSocket.
    public func answer(_ request: PollingRequest) async throws -> PollingAnswer { try await socketIO.answer(request) }

    /// Runs until `stop` or until the task is cancelled, and until the last connection has ended.
    public func run() async {
        await withTaskCancellationHandler {
            await runUntilStopped()
        } onCancel: {
            stop()
        }
    }

    private func runUntilStopped() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.sockets.run() }
            group.addTask { await self.socketIO.run() }
            await withTaskGroup { background in
                background.addTask { await self.hub.run() }
                background.addTask { await self.tellStatus() }
                await self.stopped.wait()
                background.cancelAll()
            }
        }
    }

    private let stopped = Gate()

    /// Says goodbye to everybody.
    public func stop() {
        stopped.open()
        sockets.stop()
        socketIO.stop()
    }

    /// What the connections hear now and then: every five seconds, and soon after somebody has come.
    private func tellStatus() async {
        var told: (at: ContinuousClock.Instant, joins: Int)?
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            presence.sweep()
            let (audience, joins) = hub.attendance
            guard audience > 0 else { continue }
            if let told, told.joins == joins, told.at.duration(to: .now) < LiveStatus.interval - .milliseconds(500) {
                continue
            }
            told = (.now, joins)
            let sequence = hub.lastSequence
            let texts = await status.now()
            hub.tell([
                LiveItem(.systemStatus, texts.system, cursor: sequence),
                LiveItem(.communicationStatus, texts.communication),
            ])
        }
    }
}

/// What is told every few seconds, as JSON objects; made by whoever knows.
public struct LiveStatus: Sendable {
    public static let interval: Duration = .seconds(5)

    let now: @Sendable () async -> (system: [UInt8], communication: [UInt8])

    public init(now: @escaping @Sendable () async -> (system: [UInt8], communication: [UInt8])) {
        self.now = now
    }
}
