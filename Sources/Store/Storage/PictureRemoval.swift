import Domain
import GRDB

extension WriteContext {
    /// Takes pictures out of their rows; each event that loses one gets a row of the change feed (invariant 4).
    ///
    /// All rows of a frame, or of a file, lose their common picture at once; when one of them is kept, or stands behind
    /// the row `end`, it stays for all. Hash and size of the picture stay in the rows.
    /// - Returns: what no row names once this is committed, and may be unlinked then (invariant 8); and how many events
    ///   have lost a picture.
    public func removePictures(
        _ candidates: [SweepCandidate], _ kind: SweepKind, through end: Int64 = .max
    ) throws -> (unnamed: [UnnamedPicture], events: Int) {
        var events = 0
        var unnamed: [UnnamedPicture] = []
        for candidate in candidates {
            let rows = try PictureRows(candidate, kind, database)
            guard rows.mayGo(kind, through: end) else { continue }
            events += rows.rows.count
            for row in rows.rows {
                try database.cachedStatement(
                    sql: """
                        UPDATE lpr_events SET \(kind.columns.map { "\($0) = NULL" }.joined(separator: ", ")),
                            pictures_removed_at = ?2, updated_at = max(updated_at, ?2)
                        WHERE id = ?1
                        """
                ).execute(arguments: [row.rowID, now.microseconds])
                try recordChange(.picturesRemoved(eventID: row.eventID))
            }
            // By the one place that knows who else may name a picture.
            let paths = try SharedPictures.unnamed(
                of: Set(rows.rows.flatMap(\.paths)).sorted(), device: candidate.deviceID,
                capturedAt: candidate.capturedAt.microseconds, frameID: candidate.frameID,
                fileID: candidate.fileID, database)
            for path in paths {
                unnamed.append(
                    UnnamedPicture(
                        path: path, eventID: candidate.eventID, deviceID: candidate.deviceID,
                        frameID: candidate.frameID, fileID: candidate.fileID, capturedAt: candidate.capturedAt))
            }
        }
        return (unnamed, events)
    }
}

extension SweepKind {
    fileprivate var columns: [String] {
        isOfFullPictures ? ["image_path"] : ["thumbnail_path", "plate_image_path"]
    }
}

/// The rows that name a candidate's pictures, as they are in this transaction: since the candidate was chosen one may
/// have been marked, corrected or deleted.
private struct PictureRows {
    struct Named {
        let rowID: Int64
        let eventID: String
        let paths: [String]
        let isKept: Bool
    }

    var rows: [Named] = []

    init(_ candidate: SweepCandidate, _ kind: SweepKind, _ database: Database) throws {
        let columns = kind.columns.joined(separator: ", ")
        let wanted = Set(candidate.paths)
        func fetch(_ condition: String, _ arguments: StatementArguments) throws -> [Named] {
            let statement = try database.cachedStatement(
                sql: "SELECT id, event_id, \(KeptEvents.condition), \(columns) FROM lpr_events \(condition)")
            return try Row.fetchAll(statement, arguments: arguments).map { row in
                Named(
                    rowID: row[0], eventID: row[1], paths: (3..<row.count).compactMap { row[$0] as String? },
                    isKept: row[2])
            }.filter { !wanted.isDisjoint(with: $0.paths) }
        }
        if let fileID = candidate.fileID {
            rows = try fetch("INDEXED BY lpr_events_by_file WHERE image_file_id = ?", [fileID])
            return
        }
        guard candidate.frameID != nil else {
            rows = try fetch("WHERE id = ?", [candidate.rowID])
            return
        }
        rows = try fetch(
            "INDEXED BY lpr_events_by_device WHERE edge_device_id = ? AND captured_at = ?",
            [candidate.deviceID, candidate.capturedAt.microseconds])
    }

    func mayGo(_ kind: SweepKind, through end: Int64) -> Bool {
        (kind.isOfKept || !rows.contains(where: \.isKept)) && !rows.contains { $0.rowID > end }
    }
}
