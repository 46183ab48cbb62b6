public import Domain
public import Gateway
public import Logging
public import ServiceLifecycle

/// The appliance as a client of an MQTT broker: docs/communication.md.
public final class MQTTLink: CommunicationLink, Service {
    /// What the link needs to know of the box.
    public struct Surroundings: Sendable {
        public var siteID: String
        /// Of the program.
        public var version: String
        /// Of times without one.
        public var zone: TimeZoneRules
        /// Bytes of one picture.
        public var pictureLimit: Int
        /// How the box is, a JSON object; sent every 30 seconds.
        public var systemStatus: @Sendable () async -> [UInt8]

        public init(
            siteID: String, version: String, zone: TimeZoneRules, pictureLimit: Int,
            systemStatus: @escaping @Sendable () async -> [UInt8]
        ) {
            self.siteID = siteID
            self.version = version
            self.zone = zone
            self.pictureLimit = pictureLimit
            self.systemStatus = systemStatus
        }
    }

    private static let statusInterval: Duration = .seconds(30)
    public let name = "mqtt"
    public let `protocol` = SourceProtocol.mqtt

    let queue: OutboundQueue
    let intake: Intake
    private let settings: MQTTSettings
    private let surroundings: Surroundings
    private let appliance: ApplianceStatus
    private let memory = DeliveryMemory()
    private let board: LinkBoard
    private let thread = LinkThread()
    private let window = OutboundWindow()
    private let pump: OutboundPump
    private let logger: Logger

    public init(
        _ settings: MQTTSettings, intake: Intake, queue: OutboundQueue, surroundings: Surroundings, logger: Logger
    ) {
        self.settings = settings
        self.intake = intake
        self.queue = queue
        self.surroundings = surroundings
        self.logger = logger
        appliance = ApplianceStatus(siteID: surroundings.siteID, version: surroundings.version)
        board = LinkBoard(brokers: settings.brokers.map(\.description), clientID: settings.clientID)
        pump = OutboundPump(queue: queue, window: window, wakeup: thread.wakeup, logger: logger)
    }

    public var isSetUp: Bool { !settings.brokers.isEmpty }

    public var status: LinkStatus {
        guard isSetUp else { return LinkStatus(.off) }
        let counts = queue.counts
        return board.status(waiting: counts.waiting, dropped: counts.dropped)
    }

    /// Knows what was under way before the start; before `run`.
    public func load() async throws {
        guard isSetUp else { return }
        try await intake.readDeliveryMarks { [memory] in memory.load($0) }
        try await queue.load()
    }

    public func run() async {
        guard isSetUp else {
            try? await gracefulShutdown()
            return
        }
        await withTaskGroup { group in
            group.addTask { await self.runThread() }
            group.addTask { await self.pump.run() }
            group.addTask { await self.tellStatus() }
            // The thread ends at a stop; the others have nothing to do then.
            await group.next()
            group.cancelAll()
        }
    }

    private func runThread() async {
        let loop = LinkLoop(
            settings: settings, status: appliance, thread: thread, desk: desk, window: window, pump: pump,
            board: board, logger: logger)
        await withTaskCancellationOrGracefulShutdownHandler {
            await thread.run { loop.run() }
        } onCancelOrGracefulShutdown: {
            self.thread.stop()
        }
    }

    private var desk: InboundDesk {
        InboundDesk(
            intake: intake, queue: queue,
            router: InboundRouter(
                siteID: surroundings.siteID, extraTopics: settings.extraTopics, payloadLimit: settings.maxPayload,
                pictureLimit: surroundings.pictureLimit, zone: surroundings.zone),
            memory: memory, board: board, logger: logger)
    }

    private func tellStatus() async {
        var toldAt: ContinuousClock.Instant?
        while !Task.isCancelled {
            let now = ContinuousClock().now
            let isDue = toldAt.map { now - $0 >= Self.statusInterval } ?? true
            if isDue, board.isConnected {
                toldAt = now
                let payload = appliance.periodic(await surroundings.systemStatus())
                window.add(
                    OutboundWindow.Passing(topic: ApplianceStatus.periodicTopic, payload: payload))
                thread.wakeup.signal()
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
