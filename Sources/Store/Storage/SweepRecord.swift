public import Domain
public import GRDB

/// What one sweep did and why: a row of `storage_sweeps`.
public struct SweepRecord: Sendable, Hashable {
    public enum Reason: String, Sendable {
        /// More is in use than the high mark.
        case quota
        /// Others have filled the disk.
        case disk
        /// Somebody has asked for it.
        case manual
    }

    public enum Outcome: String, Sendable {
        /// The low mark is reached.
        case done
        /// Nothing more may be deleted.
        case nothingLeft = "nothing_left"
        /// The appliance was stopped in the middle; the next sweep goes on.
        case stopped
        /// The database or the disk did not let it; the log says why.
        case failed
    }

    /// What was removed of one kind.
    public struct Removed: Sendable, Hashable {
        /// As in `SweepKind`, or `unclaimed`.
        public var kind: String
        public var amount = StorageAmount()
        /// Events that lost a picture.
        public var events = 0
        /// When the first and the last of them were captured, by the cameras' clocks.
        public var oldest: Instant?
        public var newest: Instant?

        public init(kind: String) { self.kind = kind }
    }

    public var startedAt: Instant
    public var finishedAt: Instant
    public var reason: Reason
    public var outcome: Outcome
    /// Bytes in use, before and after, and those that were to be left.
    public var usedBefore: Int64
    public var usedAfter: Int64
    public var target: Int64
    /// The longest that one of its transactions held the writer.
    public var longestWrite: Duration
    public var removed: [Removed]

    public init(
        startedAt: Instant, finishedAt: Instant, reason: Reason, outcome: Outcome, usedBefore: Int64, usedAfter: Int64,
        target: Int64, longestWrite: Duration = .zero, removed: [Removed]
    ) {
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.reason = reason
        self.outcome = outcome
        self.usedBefore = usedBefore
        self.usedAfter = usedAfter
        self.target = target
        self.longestWrite = longestWrite
        self.removed = removed
    }

    /// Sweeps that are remembered (invariant 5).
    public static let rowLimit = 1_000

    /// Newest first.
    public static func newest(_ count: Int, _ database: Database) throws -> [SweepRecord] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT started_at, finished_at, reason, outcome, used_before, used_after, target,
                    longest_write_us, removed
                FROM storage_sweeps ORDER BY id DESC LIMIT ?
                """,
            arguments: [min(max(count, 1), rowLimit)]
        ).map { row in
            SweepRecord(
                startedAt: Instant(microseconds: row[0]), finishedAt: Instant(microseconds: row[1]),
                reason: Reason(rawValue: row[2]) ?? .quota, outcome: Outcome(rawValue: row[3]) ?? .failed,
                usedBefore: row[4], usedAfter: row[5], target: row[6], longestWrite: .microseconds(row[7] as Int64),
                removed: Removed.list(row[8]))
        }
    }

    /// As `GET /api/storage` and the command show it.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("started_at", startedAt)
            writer.member("finished_at", finishedAt)
            writer.member("reason", reason.rawValue)
            writer.member("outcome", outcome.rawValue)
            writer.member("used_before_bytes", usedBefore)
            writer.member("used_after_bytes", usedAfter)
            writer.member("target_bytes", target)
            writer.member("longest_write_ms", longestWrite.wholeMilliseconds)
            writer.name("removed")
            Self.write(removed, to: &writer)
        }
    }

    /// Writes an array of what was removed by kind.
    public static func write(_ removed: [Removed], to writer: inout JSONWriter) {
        writer.array { writer in
            for each in removed {
                writer.object { writer in
                    writer.member("kind", each.kind)
                    writer.member("files", each.amount.files)
                    writer.member("bytes", each.amount.bytes)
                    writer.member("events", Int64(each.events))
                    writer.member("oldest", each.oldest)
                    writer.member("newest", each.newest)
                }
            }
        }
    }
}

extension SweepRecord.Removed {
    /// Reads what `SweepRecord.write` has written.
    fileprivate static func list(_ text: String) -> [SweepRecord.Removed] {
        let members = (try? JSONParser.parse(text))?.arrayValue ?? []
        return members.compactMap { $0.objectValue }.map { object in
            var removed = SweepRecord.Removed(kind: object["kind"]?.stringValue ?? "")
            removed.amount = StorageAmount(
                files: object["files"]?.integerValue ?? 0, bytes: object["bytes"]?.integerValue ?? 0)
            removed.events = Int(object["events"]?.integerValue ?? 0)
            removed.oldest = object["oldest"]?.stringValue.flatMap { Instant(rfc3339: $0) }
            removed.newest = object["newest"]?.stringValue.flatMap { Instant(rfc3339: $0) }
            return removed
        }
    }
}

extension WriteContext {
    /// Remembers a sweep.
    public func keep(_ sweep: SweepRecord) throws {
        var writer = JSONWriter()
        SweepRecord.write(sweep.removed, to: &writer)
        try database.execute(
            sql: """
                INSERT INTO storage_sweeps (
                    started_at, finished_at, reason, outcome, used_before, used_after, target,
                    longest_write_us, removed)
                VALUES (?,?,?,?,?,?,?,?,?)
                """,
            arguments: [
                sweep.startedAt.microseconds, sweep.finishedAt.microseconds, sweep.reason.rawValue,
                sweep.outcome.rawValue, sweep.usedBefore, sweep.usedAfter, sweep.target,
                sweep.longestWrite.wholeMicroseconds,
                String(decoding: writer.bytes, as: UTF8.self),
            ])
        try database.execute(
            sql: "DELETE FROM storage_sweeps WHERE id <= ?",
            arguments: [database.lastInsertedRowID - Int64(SweepRecord.rowLimit)])
    }
}
