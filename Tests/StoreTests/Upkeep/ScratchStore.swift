import Domain
import GRDB
import Logging
import Store
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

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
    var template = Array("/tmp/lpr-store-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    let directory = try #require(made)
    defer { removeTree(directory) }
    return try await body(directory)
}

/// A store in a directory that is gone after the test.
func withScratchStore<Value>(_ body: (Store, HeldClock) async throws -> Value) async throws -> Value {
    try await withScratchDirectory { directory in
        let clock = HeldClock()
        return try await withOpenStore(directory, clock) { store in try await body(store, clock) }
    }
}

/// A store that is closed after `body`, so that the directory can be opened again.
func withOpenStore<Value>(
    _ directory: String, _ clock: HeldClock, _ body: (Store) async throws -> Value
) async throws -> Value {
    let store = try Store(
        Store.Configuration(directory: directory, clock: clock.wallClock),
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

private func removeTree(_ path: String) {
    for name in fileNames(path) {
        let entry = path + "/" + name
        if unlink(entry) != 0 { removeTree(entry) }
    }
    rmdir(path)
}

/// The names in a directory, sorted.
func fileNames(_ path: String) -> [String] {
    guard let handle = opendir(path) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

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
