import Domain
import GRDB
import Synchronization

/// Keeps the tables within their bounds and gives freed space back.
///
/// Everything goes through the one writer (invariant 2) in small transactions, so that events pass between them. A
/// run that does not get done goes on with the next one.
public final class Upkeep: Sendable {
    /// What the tables may hold.
    public struct Limits: Sendable, Hashable {
        public var communicationLogRows: Int64 = 1_000_000
        public var communicationLogAge: Duration = .seconds(30 * 86_400)
        public var rejectedMessageRows: Int64 = 10_000
        public var fileTransferRows: Int64 = 100_000
        /// Messages of the outbound queue that were sent.
        public var sentRows: Int64 = 1_000
        public var sentAge: Duration = .seconds(86_400)
        public var auditRows: Int64 = 100_000
        public var changeRows: Int64 = 1_000_000
        public var changeAge: Duration = .seconds(7 * 86_400)
        /// Pictures that no event has claimed.
        public var unclaimedFileAge: Duration = .seconds(30 * 86_400)
        /// Files that were joined or noted, by which a repeat is known.
        public var rememberedFileAge: Duration = .seconds(7 * 86_400)
        /// 0 keeps events for ever.
        public var eventRetention: Duration = .zero

        public init() {}
    }

    /// What one run did.
    public struct Report: Sendable {
        /// Pictures of deleted events, as the rows named them. The rows are gone, so that they may be unlinked
        /// (invariant 8), unless an event has been sent anew meanwhile.
        public internal(set) var pictures: [UnnamedPicture] = []
        /// Unclaimed files whose rows are gone; their pictures may be unlinked (invariant 8).
        public internal(set) var files: [ReceivedFileRecord] = []
        /// Events among the deleted ones that the central database does not have; only when that was allowed.
        public internal(set) var unconfirmedEvents = 0
        /// Rows deleted by table.
        public internal(set) var deleted: [String: Int] = [:]
        /// Pages of the file that were given back.
        public internal(set) var releasedPages = 0
        /// What went wrong; the steps behind it ran all the same.
        public internal(set) var errors: [StoreError] = []
    }

    /// The communication statistics are kept this long: their longest window and a day.
    public static let statisticsAge: Duration = .seconds(8 * 86_400)
    /// The most transactions of one step in one run: at 500 rows each, more than intake writes in half a minute.
    static let portionLimit = 600
    /// Pages of one transaction that gives space back: 1 MiB.
    static let releasePortion = 512
    /// The most transactions that give space back in one run.
    static let releaseLimit = 64
    /// Free pages below this are kept for what comes next: 8 MiB.
    static let keptFreePages = 4_096

    let store: Store
    /// Where the walk over events goes on.
    let retentionCursor = Mutex<Int64>(0)

    public init(_ store: Store) {
        self.store = store
    }

    /// Does what is due. Runs must not overlap.
    ///
    /// With a central database, rows of the feed that it does not have stay, and so do events, whatever their age.
    /// - Parameter unconfirmedEvents: how many events that the central database does not have may go all the same once
    ///   they are too old; for a disk that has nothing else left.
    public func run(_ limits: Limits, unconfirmedEvents: Int = 0) async -> Report {
        var report = Report()
        await trim(.communicationLogs, rows: limits.communicationLogRows, age: limits.communicationLogAge, &report)
        await trim(.rejectedMessages, rows: limits.rejectedMessageRows, age: nil, &report)
        await trim(.fileTransfers, rows: limits.fileTransferRows, age: nil, &report)
        await deleteSentMessages(rows: limits.sentRows, age: limits.sentAge, &report)
        await forgetFiles(limits, &report)
        await trim(.auditLog, rows: limits.auditRows, age: nil, &report)
        await trim(.changes, rows: limits.changeRows, age: limits.changeAge, &report)
        await deleteExpiredSessions(&report)
        await deleteOldStatistics(&report)
        if limits.eventRetention > .zero {
            await deleteOldEvents(limits.eventRetention, &report)
            if unconfirmedEvents > 0 {
                await deleteUnconfirmedEvents(limits.eventRetention, limit: unconfirmedEvents, &report)
            }
        }
        await releaseFreePages(&report)
        return report
    }

    private func trim(_ trim: TableTrim, rows: Int64, age: Duration?, _ report: inout Report) async {
        let rows = max(1, rows)
        await repeatPortions("trim \(trim.table)", trim.table, &report) { context in
            // The one table of which others may have to wait.
            let end = trim.table == TableTrim.changes.table ? context.upstream.lastFreeSequence : .max
            return try trim.deletePortion(rows: rows, before: age.map { context.now - $0 }, through: end, context)
        }
    }

    private func deleteSentMessages(rows: Int64, age: Duration, _ report: inout Report) async {
        await repeatPortions("delete sent messages", "mqtt_outbox", &report) { context in
            try OutboxTrim.deletePortion(rows: rows, before: context.now - age, context)
        }
    }

    private func forgetFiles(_ limits: Limits, _ report: inout Report) async {
        let (unclaimedAge, rememberedAge) = (limits.unclaimedFileAge, limits.rememberedFileAge)
        do {
            for _ in 0..<Self.portionLimit {
                let files = try await store.write(weight: FileRetention.portion) { context in
                    try FileRetention.deleteUnclaimed(before: context.now - unclaimedAge, context)
                }
                guard !files.isEmpty else { break }
                report.files += files
                report.deleted["received_files", default: 0] += files.count
            }
        } catch {
            report.errors.append(StoreError(error, operation: "delete unclaimed files"))
        }
        await repeatPortions("forget received files", "received_files", &report) { context in
            try FileRetention.forgetSettled(before: context.now - rememberedAge, context)
        }
        await repeatPortions("forget awaited pictures", "awaited_pictures", &report) { context in
            try FileRetention.forgetAwaited(before: context.now - context.joinWindow, context)
        }
    }

    private func deleteExpiredSessions(_ report: inout Report) async {
        await repeatPortions("delete expired sessions", "sessions", &report) { context in
            try context.database.execute(
                sql: """
                    DELETE FROM sessions WHERE token_hash IN (
                        SELECT token_hash FROM sessions WHERE expires_at <= ? LIMIT \(TableTrim.portion))
                    """,
                arguments: [context.now.microseconds])
            return context.database.changesCount
        }
    }

    private func deleteOldStatistics(_ report: inout Report) async {
        await repeatPortions("delete old statistics", "communication_statistics", &report) { context in
            try context.database.execute(
                sql: """
                    DELETE FROM communication_statistics WHERE (bucket_start, protocol, direction) IN (
                        SELECT bucket_start, protocol, direction FROM communication_statistics
                        WHERE bucket_start < ? LIMIT \(TableTrim.portion))
                    """,
                arguments: [(context.now - Self.statisticsAge).microseconds])
            return context.database.changesCount
        }
    }

    /// Repeats `portion`, each time in a transaction of its own, until it deletes nothing.
    private func repeatPortions(
        _ operation: String, _ table: String, _ report: inout Report,
        _ portion: @escaping @Sendable (WriteContext) throws -> Int
    ) async {
        do {
            for _ in 0..<Self.portionLimit {
                let deleted = try await store.write(weight: 1, portion)
                guard deleted > 0 else { return }
                report.deleted[table, default: 0] += deleted
            }
        } catch {
            report.errors.append(StoreError(error, operation: operation))
        }
    }

    /// Gives pages back to the file system when many are free; the file shrinks with the next checkpoint.
    private func releaseFreePages(_ report: inout Report) async {
        do {
            for _ in 0..<Self.releaseLimit {
                let released = try await store.write(weight: 1) { context in
                    let database = context.database
                    let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
                    let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
                    // New rows take free pages first: a tenth of the file may stay free.
                    let surplus = free - max(Self.keptFreePages, pages / 10)
                    guard surplus > 0 else { return 0 }
                    try database.execute(sql: "PRAGMA incremental_vacuum(\(min(surplus, Self.releasePortion)))")
                    return pages - (try Int.fetchOne(database, sql: "PRAGMA page_count") ?? pages)
                }
                guard released > 0 else { return }
                report.releasedPages += released
            }
        } catch {
            report.errors.append(StoreError(error, operation: "release free pages"))
        }
    }
}
