public import Domain
import GRDB

/// The pictures that a row leaves behind when it is deleted (invariant 8).
///
/// The events of one frame name the same picture. They have the same device and the same time of capture, by which
/// they are found. Events that share a picture that came as a file of its own are found by the file's number.
enum SharedPictures {
    /// Those of `paths` that no row names any more.
    /// - Parameters:
    ///   - frameID: of the row that is gone; without one, the pictures that came with it were its own.
    ///   - fileID: of the row that is gone; the file that its picture came in. Its row is told that the picture is gone.
    ///   - capturedAt: microseconds.
    static func unnamed(
        of paths: [String], device: String, capturedAt: Int64, frameID: String?, fileID: Int64?, _ database: Database
    ) throws -> [String] {
        guard frameID != nil || fileID != nil else { return paths }
        let unnamed = try paths.filter { path in
            if frameID != nil, try isNamed(path, device: device, capturedAt: capturedAt, database) { return false }
            guard let fileID else { return true }
            return try !isNamed(path, fileID: fileID, database) && !isNamed(path, byOtherFileThan: fileID, database)
        }
        if fileID != nil {
            for path in unnamed { try forget(path, database) }
        }
        return unnamed
    }

    static func isNamed(_ path: String, fileID: Int64, _ database: Database) throws -> Bool {
        let others = try database.cachedStatement(
            sql: """
                SELECT 1 FROM lpr_events INDEXED BY lpr_events_by_file
                WHERE image_file_id = ?1 AND ?2 IN (image_path, thumbnail_path) LIMIT 1
                """)
        return try Int.fetchOne(others, arguments: [fileID, path]) != nil
    }

    /// A file that was sent again after its first row was forgotten may have the same name on disk.
    private static func isNamed(_ path: String, byOtherFileThan fileID: Int64, _ database: Database) throws -> Bool {
        let others = try database.cachedStatement(
            sql: """
                SELECT 1 FROM received_files f WHERE f.picture_path = ?1 AND f.id <> ?2 AND (
                    f.state = 'unclaimed' OR EXISTS (SELECT 1 FROM lpr_events WHERE image_file_id = f.id)) LIMIT 1
                """)
        return try Int.fetchOne(others, arguments: [path, fileID]) != nil
    }

    /// Takes a picture that is gone out of the received files.
    static func forget(_ path: String, _ database: Database) throws {
        try database.cachedStatement(
            sql: "UPDATE received_files SET picture_path = NULL, thumbnail_path = NULL WHERE picture_path = ?"
        ).execute(arguments: [path])
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
    /// The received file that it came in.
    public let fileID: Int64?
    public let capturedAt: Instant
}

extension Store {
    /// Whether the row of a received file names the picture.
    public func isNamedByFile(_ picturePath: String) async throws -> Bool {
        try await read { try ReceivedFileRecord.isNamed(picturePath, $0) }
    }

    /// Whether a row names the picture again: its event may have been sent anew since.
    public func isNamed(_ picture: UnnamedPicture) async throws -> Bool {
        try await read { database in
            if let fileID = picture.fileID {
                if try SharedPictures.isNamed(picture.path, fileID: fileID, database) { return true }
                if try ReceivedFileRecord.isNamed(picture.path, database) { return true }
            }
            return try SharedPictures.isNamed(
                picture.path, device: picture.deviceID, capturedAt: picture.capturedAt.microseconds, database)
        }
    }
}
