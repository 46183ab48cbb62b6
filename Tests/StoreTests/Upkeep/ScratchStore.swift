import Domain
import GRDB
import Logging
import Store
import Synchronization
import TestSupport
import Testing

/// A clock that stands still until it is set.
final class HeldClock: Sendable {
    /// 2026-11-23T01:00:00Z.
    static let start = Instant(seconds: 1_795_395_600)
    private let instant = Mutex(HeldClock.start)

    var now: Instant {
        get { instant.withLock { $0 } }
        set { instant.withLock { $0 = newValue } }
    }

    var wallClock: WallClock { WallClock { self.now } }
}

/// A directory that is gone after the test.
func withScratchDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = try ScratchFolder()
    defer { withExtendedLifetime(folder) {} }
    return try await body(folder.path)
}

/// A store in a directory that is gone after the test.
func withScratchStore<Value>(
    isReplicated: Bool = false, _ body: (Store, HeldClock) async throws -> Value
) async throws -> Value {
    try await withScratchDirectory { directory in
        let clock = HeldClock()
        return try await withOpenStore(directory, clock, isReplicated: isReplicated) { store in
            try await body(store, clock)
        }
    }
}

/// A store that is closed after `body`, so that the directory can be opened again.
func withOpenStore<Value>(
    _ directory: String, _ clock: HeldClock, isReplicated: Bool = false, _ body: (Store) async throws -> Value
) async throws -> Value {
    let store = try Store(
        Store.Configuration(directory: directory, isReplicated: isReplicated, clock: clock.wallClock),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    do {
        let value = try await body(store)
        try await store.close()
        return value
    } catch {
        try? await store.close()
        throw error
    }
}

/// The names in a directory, sorted.
func fileNames(_ path: String) -> [String] { ScratchFolder.names(in: path) }

func scratchEvent(
    _ id: String, device: String = "gate-1", plate: String? = "1กก1234", confidence: Double? = nil,
    at instant: Instant = HeldClock.start, receivedAt: Instant? = nil, imagePath: String? = nil, frameID: String? = nil
) -> LPREvent {
    LPREvent(
        eventID: id, edgeDeviceID: device, licensePlate: plate, plateKey: plate, confidence: confidence,
        capturedAt: instant, receivedAt: receivedAt ?? instant, createdAt: instant, updatedAt: instant,
        sourceProtocol: .http, frameID: frameID, imagePath: imagePath, contentDigest: [1])
}

extension Store {
    func insert(_ events: [LPREvent]) async throws {
        try await write(weight: events.count) { context in
            for event in events { _ = try context.insert(event) }
        }
    }

    func count(_ table: String) async throws -> Int {
        try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } ?? -1
    }

    func execute(_ sql: String) async throws {
        try await write { try $0.database.execute(sql: sql) }
    }
}
