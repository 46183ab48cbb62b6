public import Domain
public import GRDB

/// What of an event a sweep takes.
public enum SweepKind: String, Sendable, CaseIterable {
    /// Full pictures of events that are not kept.
    case pictures
    /// Thumbnails and plate pictures of events that are not kept and whose full picture is gone.
    case thumbnails
    /// The same two of kept events.
    case keptPictures = "kept_pictures"
    case keptThumbnails = "kept_thumbnails"

    var isOfKept: Bool { self == .keptPictures || self == .keptThumbnails }
    var isOfFullPictures: Bool { self == .pictures || self == .keptPictures }
}

/// An event with pictures that may go.
public struct SweepCandidate: Sendable, Hashable {
    /// The order in which events go is that in which they were received: the row's number. No clock has a say in it,
    /// so that one that jumps, ours or a camera's, deletes nothing that is young.
    public let rowID: Int64
    public let eventID: String
    public let deviceID: String
    public let frameID: String?
    /// The received file that its picture came in.
    public let fileID: Int64?
    public let capturedAt: Instant
    /// Below `images/`.
    public let paths: [String]
    /// Of a full picture, what goes after it: thumbnail and plate picture.
    public let followers: [String]

    /// The most candidates of one look.
    public static let pageLimit = 1_000

    /// Those that go next behind a row, oldest first, up to the row `end`. Partial indexes lead to them, however many
    /// rows without pictures stand before.
    public static func next(
        _ kind: SweepKind, after rowID: Int64, through end: Int64 = .max, limit: Int, _ database: Database
    ) throws -> [SweepCandidate] {
        let source =
            switch kind {
            case .pictures:
                """
                lpr_events INDEXED BY lpr_events_with_picture
                WHERE image_path IS NOT NULL AND keep = 0 AND NOT \(KeptEvents.isHit)
                """
            case .thumbnails:
                """
                lpr_events INDEXED BY lpr_events_with_thumbnail
                WHERE image_path IS NULL AND keep = 0 AND NOT \(KeptEvents.isHit)
                    AND (thumbnail_path IS NOT NULL OR plate_image_path IS NOT NULL)
                """
            case .keptPictures:
                "lpr_events INDEXED BY lpr_events_kept WHERE keep = 1 AND image_path IS NOT NULL"
            case .keptThumbnails:
                """
                lpr_events INDEXED BY lpr_events_kept WHERE keep = 1 AND image_path IS NULL
                    AND (thumbnail_path IS NOT NULL OR plate_image_path IS NOT NULL)
                """
            }
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, event_id, edge_device_id, frame_id, captured_at, image_path, thumbnail_path,
                    plate_image_path, image_file_id
                FROM \(source) AND id > ? AND id <= ? ORDER BY id LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: [rowID, end, min(max(limit, 1), pageLimit)]).map { row in
            SweepCandidate(
                rowID: row[0], eventID: row[1], deviceID: row[2], frameID: row[3], fileID: row[8],
                capturedAt: Instant(microseconds: row[4]),
                paths: (kind.isOfFullPictures ? 5...5 : 6...7).compactMap { row[$0] as String? },
                followers: kind.isOfFullPictures ? (6...7).compactMap { row[$0] as String? } : [])
        }
    }
}

extension Store {
    /// See `SweepCandidate.next`.
    public func sweepCandidates(
        _ kind: SweepKind, after rowID: Int64, through end: Int64 = .max, limit: Int
    ) async throws -> [SweepCandidate] {
        try await read { try SweepCandidate.next(kind, after: rowID, through: end, limit: limit, $0) }
    }
}

extension SweepCandidate {
    /// Kept events that have a full picture.
    public static func keptCount(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(
            database,
            sql: """
                SELECT count(*) FROM lpr_events INDEXED BY lpr_events_kept WHERE keep = 1 AND image_path IS NOT NULL
                """) ?? 0
    }
}
