public import Domain
public import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A row of `received_files`: a file that a device sent whole.
public struct ReceivedFileRecord: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case picture
        /// A sidecar: JSON that is an event itself.
        case event
        case other
    }

    public enum State: String, Sendable, CaseIterable {
        /// A picture that waits for its event.
        case unclaimed
        /// A picture that events name.
        case joined
        /// No picture, or one that was not taken: nothing more happens to it.
        case noted
    }

    public let id: Int64
    public let deviceID: String
    /// Below the device's own folder.
    public let path: String
    /// The event that the file's name, or an announcement, names.
    public let eventKey: String?
    /// Bytes.
    public let size: Int64
    /// 32 bytes; nil for what was too large to be read for it.
    public let sha256: [UInt8]?
    public let kind: Kind
    public let state: State
    /// Below `images/`; nil when there is none, or it is gone.
    public let picturePath: String?
    public let thumbnailPath: String?
    /// The first event that it was joined to, or that the sidecar was.
    public let eventID: String?
    /// Why it was not taken, or why it still waits.
    public let problem: String?
    public let sourceProtocol: SourceProtocol
    /// By the device's clock.
    public let modifiedAt: Instant
    public let receivedAt: Instant
    /// When it was joined or noted.
    public let settledAt: Instant?
    /// Whether it is what was last sent to that path.
    public let isCurrent: Bool
    /// Bytes of the stored picture; nil when there is none, and for files that came before it was kept.
    public let pictureBytes: Int64?

    /// The columns that `init(row:)` reads, in its order.
    static let columns = """
        id, device_id, path, event_key, size, sha256, kind, state, picture_path, thumbnail_path, event_id, problem,
        source_protocol, modified_at, received_at, settled_at, is_current, picture_bytes
        """

    init(row: Row) {
        id = row[0]
        deviceID = row[1]
        path = row[2]
        eventKey = row[3]
        size = row[4]
        sha256 = (row[5] as Data?).map(Array.init)
        kind = Kind(rawValue: row[6]) ?? .other
        state = State(rawValue: row[7]) ?? .noted
        picturePath = row[8]
        thumbnailPath = row[9]
        eventID = row[10]
        problem = row[11]
        sourceProtocol = SourceProtocol(rawValue: row[12]) ?? .sftp
        modifiedAt = Instant(microseconds: row[13])
        receivedAt = Instant(microseconds: row[14])
        settledAt = (row[15] as Int64?).map(Instant.init(microseconds:))
        isCurrent = row[16]
        pictureBytes = row[17]
    }

    public static func fetch(id: Int64, _ database: Database) throws -> ReceivedFileRecord? {
        try Row.fetchOne(
            database.cachedStatement(sql: "SELECT \(columns) FROM received_files WHERE id = ?"), arguments: [id]
        ).map(ReceivedFileRecord.init(row:))
    }

    /// What was last sent to that path.
    public static func fetch(deviceID: String, path: String, _ database: Database) throws -> ReceivedFileRecord? {
        try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT \(columns) FROM received_files WHERE device_id = ? AND path = ? AND is_current = 1"),
            arguments: [deviceID, path]
        ).map(ReceivedFileRecord.init(row:))
    }

    /// Whether a row names the picture.
    static func isNamed(_ picturePath: String, _ database: Database) throws -> Bool {
        try Int.fetchOne(
            database.cachedStatement(sql: "SELECT 1 FROM received_files WHERE picture_path = ? LIMIT 1"),
            arguments: [picturePath]) != nil
    }
}
