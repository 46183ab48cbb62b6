import Domain
import GRDB

/// The pictures that a row leaves behind when it is deleted (invariant 8).
///
/// The events of one frame name the same picture. They have the same device and the same time of capture, by which
/// they are found.
enum SharedPictures {
    /// Those of `paths` that no row names any more.
    /// - Parameters:
    ///   - frameID: of the row that is gone; without one, its pictures were its own.
    ///   - capturedAt: microseconds.
    static func unnamed(
        of paths: [String], device: String, capturedAt: Int64, frameID: String?, _ database: Database
    ) throws -> [String] {
        guard frameID != nil else { return paths }
        let others = try database.cachedStatement(
            sql: """
                SELECT 1 FROM lpr_events INDEXED BY lpr_events_by_device
                WHERE edge_device_id = ?1 AND captured_at = ?2 AND ?3 IN (image_path, plate_image_path, thumbnail_path)
                LIMIT 1
                """)
        return try paths.filter { try Int.fetchOne(others, arguments: [device, capturedAt, $0]) == nil }
    }
}
