public import Domain
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
        return try paths.filter { try !isNamed($0, device: device, capturedAt: capturedAt, database) }
    }

    static func isNamed(
        _ path: String, device: String, capturedAt: Int64, _ database: Database
    ) throws -> Bool {
        let others = try database.cachedStatement(
            sql: """
                SELECT 1 FROM lpr_events INDEXED BY lpr_events_by_device
                WHERE edge_device_id = ?1 AND captured_at = ?2 AND ?3 IN (image_path, plate_image_path, thumbnail_path)
                LIMIT 1
                """)
        return try Int.fetchOne(others, arguments: [device, capturedAt, path]) != nil
    }
}

/// A picture whose last row was deleted.
public struct UnnamedPicture: Sendable, Hashable {
    /// Below `images/`.
    public let path: String
    public let eventID: String
    public let deviceID: String
    public let frameID: String?
    public let capturedAt: Instant
}

extension Store {
    /// Whether a row names the picture again: its event may have been sent anew since.
    public func isNamed(_ picture: UnnamedPicture) async throws -> Bool {
        try await read { database in
            try SharedPictures.isNamed(
                picture.path, device: picture.deviceID, capturedAt: picture.capturedAt.microseconds, database)
        }
    }
}
