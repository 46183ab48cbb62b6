public import Domain
public import GRDB

/// Some rows of the change feed for the central database, with what they tell of as it is now: all from one unchanging
/// view, however often something changed within it.
///
///     (after, last] of the feed ─▶ each key once ─▶ was it deleted in there? → tombstone
///                                                └▶ is it there now?        → its row
///
/// A key that was deleted and came again is in both: first the tombstone is applied, then the row. What was deleted
/// behind `last` is in neither, and its tombstone comes with a later batch. Entities that this version does not know
/// are passed over.
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
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT \(LPREvent.columns), c.sequence, c.entity, c.entity_key, c.operation, c.changed_at
                    FROM changes c LEFT JOIN lpr_events e ON c.entity = 'lpr_events' AND e.event_id = c.entity_key
                    WHERE c.sequence > ? ORDER BY c.sequence LIMIT ?
                    """),
            arguments: [after, max(1, rows)])
        while let row = try cursor.next() {
            let change = Change(row)
            guard change.sequence == batch.last + 1 else {
                batch.isComplete = false
                break
            }
            guard try batch.take(change, row, &collected, limit: bytes, database) else { break }
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

    /// A row of the feed.
    private struct Change {
        let sequence: Int64
        let entity: String
        let key: String
        let isDeletion: Bool
        let isInsertion: Bool
        let changedAt: Instant

        init(_ row: Row) {
            let first = LPREvent.columnCount
            sequence = row[first]
            entity = row[first + 1]
            key = row[first + 2]
            let operation: String = row[first + 3]
            isDeletion = operation == "delete"
            isInsertion = operation == "insert"
            changedAt = Instant(microseconds: row[first + 4])
        }
    }

    /// What is in the batch already.
    private struct Collected {
        var events: Set<String> = []
        var deletedEvents: Set<String> = []
        var devices: Set<String> = []
        var deletedDevices: Set<String> = []
        var bytes = 0
    }

    /// - Parameter row: with the columns of the event as it is now, all null when there is none.
    /// - Returns: false when it does not fit any more.
    private mutating func take(
        _ change: Change, _ row: Row, _ collected: inout Collected, limit: Int, _ database: Database
    ) throws -> Bool {
        var event: LPREvent?
        var device: EdgeDevice?
        switch change.entity {
        case "lpr_events":
            if !collected.events.contains(change.key), row[0] as Int64? != nil { event = LPREvent(row: row) }
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
        if change.isInsertion, change.entity == "lpr_events" { noteInsertion(change, row) }
        return true
    }

    private mutating func takeDeletion(_ change: Change, _ collected: inout Collected) {
        switch change.entity {
        case "lpr_events":
            if collected.deletedEvents.insert(change.key).inserted { deletedEventIDs.append(change.key) }
        case "edge_devices":
            if collected.deletedDevices.insert(change.key).inserted { deletedDeviceIDs.append(change.key) }
        default: break
        }
    }

    /// An event that was deleted behind this row and has come again has a number beyond others that are still to come;
    /// it was created at another time than this row.
    private mutating func noteInsertion(_ change: Change, _ row: Row) {
        guard let id = row[0] as Int64?, row[LPREvent.createdAtColumn] as Int64 == change.changedAt.microseconds else {
            return
        }
        lastInsertedEventRow = id
    }
}

extension LPREvent {
    /// About how many bytes the row has on its way to another database: its texts, and the rest at a flat rate.
    public var transferBytes: Int {
        var bytes = 240 + eventID.utf8.count + edgeDeviceID.utf8.count + metadata.utf8.count
        for text in [
            licensePlate, plateKey, province, frameID, imagePath, announcedImagePath, plateImagePath, thumbnailPath,
            note, correction?.firstPlate, correction?.firstProvince, correction?.correctedBy,
        ] {
            bytes += text?.utf8.count ?? 0
        }
        return bytes
    }
}

extension EdgeDevice {
    /// As `LPREvent.transferBytes`.
    public var transferBytes: Int {
        var bytes = 120 + deviceID.utf8.count
        for text in [name, hostname, ipAddress, site, checkpoint, health] { bytes += text?.utf8.count ?? 0 }
        return bytes
    }
}
