public import Domain
public import GRDB

/// Some rows of the change feed for the central database, with what they tell of as it is now: all from one unchanging
/// view, however often something changed within it.
///
///     (after, last] of the feed ─▶ each key once ─▶ was it deleted in there? → tombstone
///                                                └▶ is it there now?        → its row
///
/// A key that was deleted and came again is in both: first the tombstone is applied, then the row. What was deleted
/// behind `last` is in neither, and its tombstone comes with a later batch. What expired here by its age has no
/// tombstone: the centre keeps it as long as it wants. Entities that this version does not know are passed over.
public struct FeedBatch: Sendable {
    /// Current rows, each once, in the order in which the feed tells of them first.
    public private(set) var events: [LPREvent] = []
    public private(set) var devices: [EdgeDevice] = []
    /// Tombstones, each once; to be applied before the rows.
    public private(set) var deletedEventIDs: [String] = []
    public private(set) var deletedDeviceIDs: [String] = []
    /// The last row of the feed that is in here; `after` when there is none.
    public private(set) var last: Int64
    /// Rows of the feed that are in here.
    public private(set) var rows = 0
    /// The number of the newest row of the feed; 0 when there is none.
    public let newestSequence: Int64
    /// When the first change in here was committed; nil when there is none.
    public private(set) var oldestChangeAt: Instant?
    /// All rows of `lpr_events` up to this `id` are told of by the feed up to `last`, for `UpstreamMark.eventRow`; never
    /// too large, and nil when nothing can be said.
    public private(set) var lastInsertedEventRow: Int64?
    /// Whether rows of the feed follow behind `last`.
    public var hasMore: Bool { last < newestSequence }
    /// Whether the feed still has all rows behind `after`. When it has not, or when `after` is beyond its end, the batch
    /// is empty or ends before the gap: what is missing has to come by a `BackfillPage`.
    public private(set) var isComplete = true

    /// Reads the rows of the feed behind `after`.
    /// - Parameters:
    ///   - rows: the most rows of the feed, 1 or more.
    ///   - bytes: about how many bytes the rows may have together, see `LPREvent.transferBytes`. A single row of the feed
    ///     is taken whatever its size.
    ///   - database: in one transaction, as `Store.read` gives it.
    public static func read(after: Int64, rows: Int, bytes: Int, _ database: Database) throws -> FeedBatch {
        var batch = FeedBatch(last: after, newestSequence: try FeedPage.newestSequence(database))
        guard after < batch.newestSequence else {
            batch.isComplete = after == batch.newestSequence
            return batch
        }
        var collected = Collected()
        var finder = EventFinder(database)
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT sequence, entity, entity_key, operation, changed_at FROM changes
                    WHERE sequence > ? ORDER BY sequence LIMIT ?
                    """),
            arguments: [after, max(1, rows)])
        while let row = try cursor.next() {
            let change = FeedRow(row)
            guard change.sequence == batch.last + 1 else {
                batch.isComplete = false
                break
            }
            guard try batch.take(change, &finder, &collected, limit: bytes, database) else { break }
        }
        if batch.isComplete, !batch.hasMore {
            batch.lastInsertedEventRow = try Int64.fetchOne(database, sql: "SELECT max(id) FROM lpr_events")
        }
        return batch
    }

    private init(last: Int64, newestSequence: Int64) {
        self.last = last
        self.newestSequence = newestSequence
    }

    /// What is in the batch already.
    private struct Collected {
        var events: Set<String> = []
        var deletedEvents: Set<String> = []
        var devices: Set<String> = []
        var deletedDevices: Set<String> = []
        var bytes = 0
    }

    /// - Returns: false when it does not fit any more.
    private mutating func take(
        _ change: FeedRow, _ finder: inout EventFinder, _ collected: inout Collected, limit: Int, _ database: Database
    ) throws -> Bool {
        var event: LPREvent?
        var device: EdgeDevice?
        var insertedRow: Int64?
        switch change.entity {
        case "lpr_events":
            let found = try finder.find(change, isWanted: !collected.events.contains(change.key))
            (event, insertedRow) = (found.event, found.insertedRow)
        case "edge_devices":
            if !collected.devices.contains(change.key) {
                device = try EdgeDevice.fetch(deviceID: change.key, database)
            }
        default: break
        }
        let size = 64 + (event?.transferBytes ?? 0) + (device?.transferBytes ?? 0)
        guard rows == 0 || collected.bytes + size <= limit else { return false }
        collected.bytes += size
        if rows == 0 { oldestChangeAt = change.changedAt }
        rows += 1
        last = change.sequence
        if let event {
            events.append(event)
            collected.events.insert(change.key)
        }
        if let device {
            devices.append(device)
            collected.devices.insert(change.key)
        }
        if change.isDeletion { takeDeletion(change, &collected) }
        lastInsertedEventRow = insertedRow ?? lastInsertedEventRow
        return true
    }

    private mutating func takeDeletion(_ change: FeedRow, _ collected: inout Collected) {
        switch change.entity {
        case "lpr_events":
            if collected.deletedEvents.insert(change.key).inserted { deletedEventIDs.append(change.key) }
        case "edge_devices":
            if collected.deletedDevices.insert(change.key).inserted { deletedDeviceIDs.append(change.key) }
        default: break
        }
    }
}
