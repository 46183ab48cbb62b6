import Domain
import Gateway
import Logging
import MQTTLink
import Media
import Store
import TestSupport
import Testing

/// Commands to devices. Nothing in the appliance sends one yet: the link runs in this process, with a real broker.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct ControlTests {
    private static let device = ["-i", "gate-1", "-c", "-q", "1", "-t", "system/control/gate-1"]

    private static func subscriber(_ broker: Broker, _ options: [String]) -> [String] {
        ["mosquitto_sub", "-h", "127.0.0.1", "-p", "\(broker.port)"] + device + options
    }

    @Test func aCommandWaitsForTheBrokerAndReachesItsDeviceOnce() async throws {
        let broker = try await Broker.start()
        // The device's session stays at the broker.
        let subscribed = try await Program.run(Self.subscriber(broker, ["-E"]))
        try #require(subscribed.ending == .exited(0))
        await broker.stop()
        let link = try await ScratchLink(broker.address)
        let running = Task { await link.link.run() }
        defer { running.cancel() }

        let command = DeviceCommand(
            commandID: try #require(EventID("c-1")), device: try #require(DeviceID("gate-1")), name: "restart",
            arguments: ["delay": 5])
        let receipt = try await link.link.send(command)
        #expect(receipt.commandID == "c-1")
        #expect(try await link.link.delivery(of: "c-1") == .waiting)
        #expect(link.link.status.connectedNow == 0)

        try await broker.startAgain()
        try await eventually("acknowledgement of the command") {
            guard case .sent = try await link.link.delivery(of: "c-1") else { return nil as Bool? }
            return true
        }
        // Again, it is the same command.
        #expect(try await link.link.send(command).commandID == "c-1")
        let second = DeviceCommand(commandID: try #require(EventID("c-2")), device: command.device, name: "open")
        _ = try await link.link.send(second)
        let heard = try await Program.run(Self.subscriber(broker, ["-C", "2", "-W", "20"]))
        let bodies = try heard.output.split(separator: "\n").map { try JSONParser.parse(String($0)).objectValue }
        #expect(bodies.map { $0?["command_id"] } == ["c-1", "c-2"])
        #expect(bodies.first??["command"] == "restart")
        #expect(bodies.first??["arguments"] == ["delay": 5])
        #expect(bodies.first??["sent_at"]?.stringValue.flatMap { Instant(rfc3339: $0) } != nil)
    }

    @Test func withoutABrokerInTheConfigurationThereIsNoLink() async throws {
        let link = try await ScratchLink(nil)
        #expect(link.link.status.state == .off)
        let command = DeviceCommand(
            commandID: try #require(EventID("c-1")), device: try #require(DeviceID("gate-1")), name: "restart")
        let error = await #expect(throws: LinkError.self) { _ = try await link.link.send(command) }
        #expect(error?.kind == .off)
    }
}

/// A link over a store of its own, in this process.
struct ScratchLink {
    let link: MQTTLink
    private let folder: ScratchFolder

    init(_ broker: String?) async throws {
        let folder = try ScratchFolder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let clock = WallClock { Instant(seconds: 1_795_395_600) }
        let store = try Store(Store.Configuration(directory: folder.path, clock: clock), logger: logger)
        let pictures = try PictureStore(
            directory: folder.path + "/images", temporaryDirectory: folder.path + "/tmp", logger: logger)
        let statistics = CommunicationStatistics()
        let intake = Intake(
            store: store, pictures: pictures, space: SpaceGate(directory: folder.path, reserve: 0),
            devices: DeviceGate(), statistics: statistics, siteID: "site-1", logger: logger)
        var settings = MQTTSettings(clientID: "lpr-site-1")
        settings.brokers = broker.flatMap { BrokerAddress($0) }.map { [$0] } ?? []
        let queue = OutboundQueue(
            store: store, statistics: statistics, siteID: "site-1", selection: .all, limit: 1_000, logger: logger)
        link = MQTTLink(
            settings, intake: intake, queue: queue,
            surroundings: MQTTLink.Surroundings(
                siteID: "site-1", version: "0", zone: .utc, pictureLimit: 1 << 20, systemStatus: { [] }),
            logger: logger)
        self.folder = folder
        try await link.load()
    }
}
