public import Domain
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A file that has come whole, before it is stored.
public struct IncomingFile: Sendable {
    public var deviceID: String
    /// Below the device's own folder.
    public var path: String
    /// The event that the file's name tells.
    public var eventKey: String?
    public var size: Int64
    /// Of the stored bytes.
    public var sha256: [UInt8]?
    public var kind: ReceivedFileRecord.Kind
    /// A picture as it lies below `images/`.
    public var picturePath: String?
    public var thumbnailPath: String?
    /// Bytes of the stored picture: without the camera's position it may be smaller than the file was.
    public var pictureBytes: Int64?
    /// Of a sidecar.
    public var eventID: String?
    /// Why it is not taken.
    public var problem: String?
    public var sourceProtocol: SourceProtocol
    public var modifiedAt: Instant
    /// The event that the device's announcement of the file named.
    public var announcedEventID: String?
    /// A picture with the same bytes that the event has already.
    public var twin: PictureTwin?

    public init(
        deviceID: String, path: String, size: Int64, sha256: [UInt8]?, kind: ReceivedFileRecord.Kind,
        sourceProtocol: SourceProtocol, modifiedAt: Instant
    ) {
        self.deviceID = deviceID
        self.path = path
        self.size = size
        self.sha256 = sha256
        self.kind = kind
        self.sourceProtocol = sourceProtocol
        self.modifiedAt = modifiedAt
    }
}

/// What became of a file.
public struct FileReception: Sendable {
    public enum State: Sendable, Hashable {
        /// - Parameter eventIDs: all that name its picture.
        case joined(eventIDs: [String])
        case unclaimed
        case noted
    }

    public let state: State
    /// The picture that its row names; what was stored beside it may be removed (invariant 8).
    public let picturePath: String?
    /// Whether the same content at the same path was there already (invariant 3).
    public let isRepeat: Bool
}

/// A file and the events that have got its picture, in the transaction that joined them.
public struct JoinedFile: Sendable {
    public let deviceID: String
    public let path: String
    public let size: Int64
    public let eventIDs: [String]
}

extension WriteContext {
    /// Stores a file that has come whole, and joins it to its event if that is there.
    public func receive(_ file: IncomingFile) throws -> FileReception {
        let current = try ReceivedFileRecord.fetch(deviceID: file.deviceID, path: file.path, database)
        if let current, current.isRepeated(by: file) { return try receiveAgain(file, current) }
        if let current {
            try database.cachedStatement(sql: "UPDATE received_files SET is_current = 0 WHERE id = ?")
                .execute(arguments: [current.id])
        }
        let record = try insert(file)
        guard record.state == .unclaimed else {
            return FileReception(state: .noted, picturePath: nil, isRepeat: false)
        }
        unclaimedFiles += 1
        return try join(record, file, isRepeat: false)
    }

    /// Invariant 3: the same content at the same path is the same file.
    private func receiveAgain(_ file: IncomingFile, _ current: ReceivedFileRecord) throws -> FileReception {
        if current.modifiedAt != file.modifiedAt {
            try database.execute(
                sql: "UPDATE received_files SET modified_at = ? WHERE id = ?",
                arguments: [file.modifiedAt.microseconds, current.id])
        }
        switch current.state {
        case .noted: return FileReception(state: .noted, picturePath: nil, isRepeat: true)
        case .unclaimed: return try join(current, file, isRepeat: true)
        case .joined:
            let events = try String.fetchAll(
                database, sql: "SELECT event_id FROM lpr_events WHERE image_file_id = ? ORDER BY id",
                arguments: [current.id])
            return FileReception(
                state: .joined(eventIDs: events.isEmpty ? [current.eventID].compactMap { $0 } : events),
                picturePath: current.picturePath, isRepeat: true)
        }
    }

    private func insert(_ file: IncomingFile) throws -> ReceivedFileRecord {
        let isPicture = file.kind == .picture && file.picturePath != nil
        let state: ReceivedFileRecord.State = isPicture ? .unclaimed : .noted
        try database.cachedStatement(
            sql: """
                INSERT INTO received_files (
                    device_id, path, name, event_key, size, sha256, kind, state, picture_path, thumbnail_path, event_id,
                    problem, source_protocol, modified_at, received_at, settled_at, picture_bytes)
                VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
                """
        ).execute(arguments: [
            file.deviceID, file.path, AnnouncedPath(file.path).name, file.announcedEventID ?? file.eventKey, file.size,
            file.sha256.map { Data($0) }, file.kind.rawValue, state.rawValue, isPicture ? file.picturePath : nil,
            isPicture ? file.thumbnailPath : nil, file.eventID, file.problem.map { String($0.prefix(1_000)) },
            file.sourceProtocol.rawValue, file.modifiedAt.microseconds, now.microseconds,
            isPicture ? nil : now.microseconds, isPicture ? file.pictureBytes : nil,
        ])
        guard let record = try ReceivedFileRecord.fetch(id: database.lastInsertedRowID, database) else {
            throw StoreError(.internalError, operation: "store a file", detail: "stored, but not found")
        }
        return record
    }

    private func join(
        _ record: ReceivedFileRecord, _ file: IncomingFile, isRepeat: Bool
    ) throws -> FileReception {
        let claim = try FileJoining(context: self).claim(
            of: record, announcedEventID: file.announcedEventID, twin: file.twin)
        switch claim {
        case .events(let events):
            for event in events { try attach(record, to: event) }
            try settle(record, as: events.map(\.eventID))
            return FileReception(
                state: .joined(eventIDs: events.map(\.eventID)), picturePath: record.picturePath, isRepeat: isRepeat)
        case .sameAs(let event):
            try database.execute(
                sql: "UPDATE lpr_events SET image_file_id = ? WHERE id = ? AND image_file_id IS NULL",
                arguments: [record.id, event.rowID])
            try database.execute(
                sql: "UPDATE received_files SET picture_path = ?, thumbnail_path = ? WHERE id = ?",
                arguments: [event.imagePath, event.thumbnailPath, record.id])
            try settle(record, as: [event.eventID])
            return FileReception(
                state: .joined(eventIDs: [event.eventID]), picturePath: event.imagePath, isRepeat: isRepeat)
        case .nobody(let problem):
            if problem != record.problem {
                try database.execute(
                    sql: "UPDATE received_files SET problem = ? WHERE id = ?", arguments: [problem, record.id])
            }
            return FileReception(state: .unclaimed, picturePath: record.picturePath, isRepeat: isRepeat)
        }
    }

    /// Looks at a file that came before its announcement.
    /// - Parameter eventID: the event that the announcement names.
    public func claimAnnounced(
        deviceID: String, path: String, size: Int64, sha256: [UInt8]?, eventID: String
    ) throws {
        guard let file = try ReceivedFileRecord.fetch(deviceID: deviceID, path: path, database),
            file.state == .unclaimed, file.size == size, sha256 == nil || sha256 == file.sha256
        else { return }
        try database.execute(
            sql: "UPDATE received_files SET event_key = ? WHERE id = ?", arguments: [eventID, file.id])
        let claim = try FileJoining(context: self).claim(of: file, announcedEventID: eventID, twin: nil)
        guard case .events(let events) = claim else { return }
        for event in events { try attach(file, to: event) }
        try settle(file, as: events.map(\.eventID))
    }

    private func attach(_ file: ReceivedFileRecord, to event: LPREvent) throws {
        var event = event
        event.imagePath = file.picturePath
        event.thumbnailPath = file.thumbnailPath
        event.imageFileID = file.id
        event.imageSHA256 = file.sha256
        event.imageBytes = file.pictureBytes
        event.updatedAt = now
        try database.cachedStatement(
            sql: """
                UPDATE lpr_events SET image_path = ?, thumbnail_path = ?, image_file_id = ?, image_sha256 = ?,
                    image_bytes = ?, updated_at = ?
                WHERE id = ?
                """
        ).execute(arguments: [
            event.imagePath, event.thumbnailPath, event.imageFileID, event.imageSHA256.map { Data($0) },
            event.imageBytes, event.updatedAt.microseconds, event.rowID,
        ])
        if let announced = event.announcedImagePath {
            try AwaitedPicture.delete(
                deviceID: event.edgeDeviceID, name: AnnouncedPath(announced).name, eventID: event.eventID, database)
        }
        try recordChange(.pictureJoined(event))
    }

    /// Notes that events have got the picture; the first ones, or more of them.
    func settle(_ file: ReceivedFileRecord, as eventIDs: [String]) throws {
        if file.state == .unclaimed {
            try database.cachedStatement(
                sql: """
                    UPDATE received_files SET state = 'joined', event_id = ?, settled_at = ?, problem = NULL
                    WHERE id = ?
                    """
            ).execute(arguments: [eventIDs.first, now.microseconds, file.id])
            unclaimedFiles -= 1
        }
        joinedFiles.append(
            JoinedFile(deviceID: file.deviceID, path: file.path, size: file.size, eventIDs: eventIDs))
    }

    /// The joins of this transaction that nobody has asked for yet.
    public func takeJoinedFiles() -> [JoinedFile] {
        defer { joinedFiles.removeAll() }
        return joinedFiles
    }

    /// Deletes a file that no event has claimed.
    /// - Returns: as it was; its picture may be unlinked once this is committed (invariant 8). Nil when there is none
    ///   that is unclaimed.
    public func deleteUnclaimedFile(id: Int64, by actor: String) throws -> ReceivedFileRecord? {
        guard let file = try ReceivedFileRecord.fetch(id: id, database), file.state == .unclaimed else { return nil }
        try database.execute(sql: "DELETE FROM received_files WHERE id = ?", arguments: [id])
        unclaimedFiles -= 1
        try audit(
            actor: actor, action: "file.delete", object: file.deviceID,
            detail: ["path": .string(file.path), "size": .integer(file.size)])
        return file
    }
}

extension ReceivedFileRecord {
    fileprivate func isRepeated(by file: IncomingFile) -> Bool {
        guard size == file.size, sha256 == file.sha256, sha256 != nil, kind == file.kind,
            problem == file.problem || kind == .picture
        else { return false }
        // A picture that is gone with its event comes anew.
        return kind != .picture || picturePath != nil
    }
}
