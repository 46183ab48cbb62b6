public import Domain
public import GRDB

/// A table whose rows may name pictures. The sweep removes no picture that one of them names.
public protocol PictureNaming: Sendable {
    /// Reads a piece of the table and takes what its rows name out of `paths`. A thumbnail stands there under the path
    /// of its picture (`ThumbnailName`).
    ///
    /// - Parameter cursor: where the piece begins; 0 at first.
    /// - Returns: where the next piece begins; nil at the end.
    func takeNamed(from paths: inout Set<String>, after cursor: Int64, _ database: Database) throws -> Int64?
}

/// `lpr_events`.
public struct EventPictures: PictureNaming {
    static let portion = 2_000

    public init() {}

    public func takeNamed(
        from paths: inout Set<String>, after cursor: Int64, _ database: Database
    ) throws -> Int64? {
        try NamingColumns(table: "lpr_events", columns: ["image_path", "plate_image_path", "thumbnail_path"])
            .takeNamed(from: &paths, after: cursor, database)
    }
}

/// `received_files`: pictures that wait for their event, and those that have found it.
public struct FilePictures: PictureNaming {
    public init() {}

    public func takeNamed(
        from paths: inout Set<String>, after cursor: Int64, _ database: Database
    ) throws -> Int64? {
        try NamingColumns(table: "received_files", columns: ["picture_path", "thumbnail_path"])
            .takeNamed(from: &paths, after: cursor, database)
    }
}

/// A table with a rising `id`, and its columns that name pictures.
private struct NamingColumns {
    let table: String
    let columns: [String]

    func takeNamed(from paths: inout Set<String>, after cursor: Int64, _ database: Database) throws -> Int64? {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT id, \(columns.joined(separator: ", ")) FROM \(table)
                    WHERE id > ? ORDER BY id LIMIT \(EventPictures.portion)
                    """),
            arguments: [cursor])
        var last: Int64?
        var count = 0
        while let row = try rows.next() {
            last = row[0]
            count += 1
            for column in 1...columns.count {
                if let path: String = row[column] { paths.remove(ThumbnailName.picture(of: path) ?? path) }
            }
        }
        return count == EventPictures.portion ? last : nil
    }
}

/// How thumbnails are called after their pictures.
enum ThumbnailName {
    /// The picture of a thumbnail; nil for what is none.
    static func picture(of path: String) -> String? {
        path.hasSuffix(".thumb.jpg") ? path.dropLast(".thumb.jpg".count) + ".jpg" : nil
    }
}

/// The pictures that an event names.
public struct NamedPictures: Sendable, Hashable {
    public let rowID: Int64
    public let eventID: String
    public let frameID: String?
    public let capturedAt: Instant
    /// Picture and picture of the plate; thumbnails are made anew when they are missing.
    public let paths: [String]
    /// The picture of the thumbnail. It need not be there any more: a thumbnail may be kept longer than its picture.
    public let thumbnailOf: String?
}

extension Store {
    /// Events with pictures in the order of their capture.
    ///
    /// - Parameters:
    ///   - cursor: capture and row of the last event before the page.
    ///   - end: captured before it; nil for all.
    /// - Returns: `next` is nil at the end.
    public func namedPictures(
        after cursor: EventCursor, until end: Instant?, limit: Int = 1_000
    ) async throws -> (page: [NamedPictures], next: EventCursor?) {
        try await read { database in
            let rows = try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT id, event_id, frame_id, captured_at, image_path, plate_image_path, thumbnail_path
                        FROM lpr_events INDEXED BY lpr_events_by_time
                        WHERE (captured_at, id) > (?, ?) AND captured_at < ? ORDER BY captured_at, id LIMIT ?
                        """),
                arguments: [
                    cursor.capturedAt.microseconds, cursor.rowID, end?.microseconds ?? .max, limit,
                ])
            let page = rows.map { row in
                NamedPictures(
                    rowID: row[0], eventID: row[1], frameID: row[2], capturedAt: Instant(microseconds: row[3]),
                    paths: [row[4] as String?, row[5] as String?].compactMap { $0 },
                    thumbnailOf: (row[6] as String?).flatMap { ThumbnailName.picture(of: $0) })
            }
            let last = page.last.map { EventCursor(capturedAt: $0.capturedAt, rowID: $0.rowID) }
            return (page, page.count == limit ? last : nil)
        }
    }
}

extension WriteContext {
    /// Takes pictures that are gone out of a row, with a change in the feed and a note in the audit log.
    ///
    /// - Returns: whether the row still named one of them.
    public func forgetPictures(_ missing: Set<String>, rowID: Int64, by actor: String) throws -> Bool {
        guard var event = try LPREvent.fetch(rowID: rowID, database) else { return false }
        let lost = [event.imagePath, event.plateImagePath].compactMap { $0 }.filter { missing.contains($0) }
        guard !lost.isEmpty else { return false }
        if let path = event.imagePath, missing.contains(path) {
            event.imagePath = nil
            event.thumbnailPath = nil
        }
        if let path = event.plateImagePath, missing.contains(path) { event.plateImagePath = nil }
        event.updatedAt = now
        try database.execute(
            sql: """
                UPDATE lpr_events SET image_path = ?, plate_image_path = ?, thumbnail_path = ?, updated_at = ?
                WHERE id = ?
                """,
            arguments: [
                event.imagePath, event.plateImagePath, event.thumbnailPath, event.updatedAt.microseconds, rowID,
            ])
        for path in lost { try SharedPictures.forget(path, database) }
        try recordChange(.eventCorrected(event))
        try audit(
            actor: actor, action: "event.picture_lost", object: event.eventID,
            detail: ["pictures": .array(lost.map { .string($0) })])
        return true
    }
}
