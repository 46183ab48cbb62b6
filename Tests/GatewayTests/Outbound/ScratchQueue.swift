import Domain
import GRDB
import Gateway
import Logging
import Store
import Synchronization
import TestSupport
import Testing

/// A clock that a test sets.
final class OutboundClock: Sendable {
    private let instant = Mutex(ScratchGateway.now)

    var now: Instant { instant.withLock { $0 } }

    func advance(_ duration: Duration) { instant.withLock { $0 = $0 + duration } }
}

/// A store with a bus, in a directory that is gone after the test, and outbound queues over it.
struct ScratchOutbox {
    let folder: ScratchFolder
    let store: Store
    let bus = EventBus()
    let clock = OutboundClock()
    let statistics = CommunicationStatistics()

    init() throws {
        folder = try ScratchFolder()
        store = try Store(
            Store.Configuration(directory: folder.path, clock: WallClock { [clock] in clock.now }),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, observer: bus.publish)
    }

    /// What a start makes.
    func queue(
        _ selection: ProcessedSelection = .all, limit: Int = 1_000, watched: String = "watched"
    ) async throws -> OutboundQueue {
        let queue = OutboundQueue(
            store: store, statistics: statistics, siteID: "site-1", selection: selection, limit: limit,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            isOnWatchlist: { $0.licensePlate == watched })
        try await queue.load()
        queue.follow(bus)
        return queue
    }

    func insert(_ ids: [String], plate: String? = nil) async throws {
        let now = clock.now
        try await store.write(weight: ids.count) { context in
            for id in ids {
                _ = try context.insert(
                    LPREvent(
                        eventID: id, edgeDeviceID: "gate-1", licensePlate: plate, capturedAt: now, receivedAt: now,
                        createdAt: now, updatedAt: now, sourceProtocol: .http, contentDigest: [1]))
            }
        }
    }

    func reject(_ reasons: [String], payload: [UInt8] = Array("{}".utf8)) async throws {
        try await store.write { context in
            for reason in reasons {
                try context.keep(
                    RejectedMessage(
                        receivedAt: context.now, protocol: .mqtt, peer: "broker", deviceID: "gate-1", topic: "a/b",
                        reason: reason, payload: payload))
            }
        }
    }

    func execute(_ sql: String) async throws {
        try await store.write { try $0.database.execute(sql: sql) }
    }

    func setting(_ name: String) async throws -> String? {
        try await store.read {
            try String.fetchOne($0, sql: "SELECT value FROM settings WHERE name = ?", arguments: [name])
        }
    }

    func command(_ queue: OutboundQueue, _ id: String?, _ payload: String = "{}") async throws -> Int64 {
        try await queue.enqueue(
            topic: "system/control/gate-1", payload: Array(payload.utf8), messageType: "command", device: "gate-1",
            commandID: id)
    }
}

func receipts(_ messages: some Sequence<OutboundMessage>) -> [OutboundReceipt] {
    messages.map { OutboundReceipt(message: $0, latency: .milliseconds(3), destination: "broker-a") }
}

/// The event id, the reason, or the command of each message.
func words(_ messages: [OutboundMessage]) throws -> [String] {
    try messages.map { message in
        guard case .object(let object) = try JSONParser.parse(message.payload) else { return "?" }
        let texts = ["event_id", "reason", "command"].compactMap { object[$0]?.stringValue }
        return texts.first ?? "queued"
    }
}
