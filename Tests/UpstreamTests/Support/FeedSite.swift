import Domain
import Logging
import Store
import Synchronization
import TestSupport
import Upstream

/// A local database with a replicator, without pictures.
final class FeedSite: Sendable {
    let store: Store
    private let replicator: Replicator
    private let running: Task<Void, Never>

    /// - Parameters:
    ///   - directory: of the database.
    ///   - batchRows: of the feed in one transaction.
    init(
        _ directory: String, _ centre: Centre, id: String = "gate", batchRows: Int = 1_000, sendsLogs: Bool = false
    ) throws {
        let store = try Store(
            Store.Configuration(
                directory: directory, isReplicated: true,
                clock: WallClock { CivilDate(year: 2026, month: 11, day: 20).instant }),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var settings = ReplicatorSettings(try centre.settings(id), siteID: id, version: "test")
        settings.batchRows = batchRows
        settings.batchInterval = .milliseconds(10)
        settings.firstPause = .milliseconds(20)
        settings.longestPause = .milliseconds(100)
        settings.sendsLogs = sendsLogs
        let replicator = Replicator(
            settings, store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        self.store = store
        self.replicator = replicator
        running = Task { await replicator.run() }
    }

    var status: UpstreamStatus { replicator.status }

    func insert(_ ids: String..., metadata: String = "{}") async throws {
        try await store.write { context in
            for id in ids { _ = try context.insert(.sample(id, metadata: metadata)) }
        }
    }

    func resync(from: Instant? = nil) async throws { try await replicator.resync(from: from) }
    func retryAllParked() async throws -> Int64 { try await replicator.retryAllParked() }

    /// Ends both; the directory may be opened again.
    func stop() async throws {
        replicator.stop()
        await running.value
        try await store.close()
    }

    /// Waits until all that is here is there.
    func isEven() async throws {
        try await until("everything is at the centre") { [self] in
            let newest = try await store.read { try FeedPage.newestSequence($0) }
            let status = status
            return status.confirmedSequence == newest && status.backfillRemaining == nil && status.state == .streaming
                && status.lagRows == 0
        }
    }
}
