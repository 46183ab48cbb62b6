import Domain
import GRDB

/// Deletes events that are older than the retention.
///
/// An event is old when both its capture and its reception are: one clock that is wrong, the camera's or ours, deletes
/// nothing on its own. Kept events stay whatever their age. Rows are walked by primary key, which rises with reception.
struct EventRetention: Sendable {
    /// The most events of one transaction. Each has five index entries and a change in the feed.
    static let portion = 200

    /// Of which events those that are old go.
    enum Part: Sendable {
        /// What the central database has, or all where there is none.
        case confirmed
        /// What it does not have.
        case unconfirmed
    }

    /// Events captured and received before it go.
    let cutoff: Instant
    /// Events received after it were received by a clock that was ahead; they do not mean that the rest is young.
    let now: Instant
    var part = Part.confirmed

    struct Portion: Sendable {
        var deleted = 0
        /// Below the media directory: what no row names any more once the transaction is committed.
        var pictures: [UnnamedPicture] = []
        /// Where the next portion begins; nil when young events, or the end of the part, were reached.
        var next: Int64?
    }

    /// Looks at the events behind row `cursor` and deletes the old ones.
    func deletePortion(after cursor: Int64, _ context: WriteContext) throws -> Portion {
        let database = context.database
        let rows = try rows(after: cursor, context)
        let delete = try database.cachedStatement(sql: "DELETE FROM lpr_events WHERE id = ?")
        var portion = Portion()
        var hasReachedYoung = rows.count < Self.portion
        var deleted: [Row] = []
        for row in rows {
            let receivedAt: Int64 = row[4]
            guard receivedAt < cutoff.microseconds, row[3] < cutoff.microseconds else {
                if receivedAt >= cutoff.microseconds, receivedAt <= now.microseconds { hasReachedYoung = true }
                continue
            }
            try SearchIndex.removeForGood(rowID: row[0], plateKey: row[2], context)
            try delete.execute(arguments: [row[0] as Int64])
            try context.recordChange(.eventExpired(eventID: row[1]))
            deleted.append(row)
        }
        portion.deleted = deleted.count
        // Only now that all of the portion are deleted: events may share a picture.
        for row in deleted {
            let paths = try SharedPictures.unnamed(
                of: (5...7).compactMap { row[$0] }, device: row[8], capturedAt: row[3], frameID: row[9],
                fileID: row[10], database)
            portion.pictures += paths.map {
                UnnamedPicture(
                    path: $0, eventID: row[1], deviceID: row[8], frameID: row[9], fileID: row[10],
                    capturedAt: Instant(microseconds: row[3]))
            }
        }
        portion.next = hasReachedYoung ? nil : rows.last?[0]
        return portion
    }

    private func rows(after cursor: Int64, _ context: WriteContext) throws -> [Row] {
        let upstream = context.upstream
        let begin = part == .confirmed ? cursor : max(cursor, upstream.lastFreeEvent)
        let end = part == .confirmed ? upstream.lastFreeEvent : .max
        // A parked event was passed by, but the centre does not have it.
        let parked =
            upstream.isReplicated
            ? "AND event_id NOT IN (SELECT entity_key FROM upstream_parked WHERE entity = 'lpr_events')" : ""
        let statement = try context.database.cachedStatement(
            sql: """
                SELECT id, event_id, plate_key, captured_at, received_at, image_path, plate_image_path,
                    thumbnail_path, edge_device_id, frame_id, image_file_id
                FROM lpr_events WHERE id > ? AND id <= ? AND NOT \(KeptEvents.condition) \(parked)
                ORDER BY id LIMIT \(Self.portion)
                """)
        return try Row.fetchAll(statement, arguments: [begin, end])
    }
}
