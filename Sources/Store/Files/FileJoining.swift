import Domain
import GRDB

/// Finds out which file belongs to which event, in either order of arrival. docs/storage.md tells the rules to people.
///
///     announced by `file/transfer/request` with an event id   ─┐
///     the path that the event announced (`image_path`)         ├─ the first of these that fits
///     the event id in the file's name                         ─┘
///
/// Only an event and a file of the same device are joined, at most `WriteContext.joinWindow` apart. An event that has a
/// picture keeps it. What is ambiguous is not joined: a picture at the wrong event is worse than one that waits.
struct FileJoining {
    /// The most candidates of one name that are looked at.
    static let candidateLimit = 64

    let context: WriteContext
    private var database: Database { context.database }

    /// The earliest moment from which something is joined with what comes now.
    private var earliest: Instant { context.now - context.joinWindow }

    // MARK: An event comes

    /// The picture for an event that is being stored.
    func file(for event: LPREvent) throws -> ReceivedFileRecord? {
        if let announced = event.announcedImagePath, let file = try file(announced, by: event) { return file }
        guard context.unclaimedFiles > 0 else { return nil }
        return try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT \(ReceivedFileRecord.columns) FROM received_files
                    WHERE device_id = ? AND event_key = ? AND state = 'unclaimed' AND event_key IS NOT NULL
                        AND received_at >= ?
                    ORDER BY is_current DESC, id DESC LIMIT 1
                    """),
            arguments: [event.edgeDeviceID, event.eventID, earliest.microseconds]
        ).map(ReceivedFileRecord.init(row:))
    }

    /// The one file that fits the announced path best. One that is joined already counts only for events of the same
    /// frame: a camera that always writes to the same path means the next picture.
    private func file(_ announced: String, by event: LPREvent) throws -> ReceivedFileRecord? {
        let path = AnnouncedPath(announced)
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT \(ReceivedFileRecord.columns) FROM received_files
                    WHERE device_id = ? AND name = ? AND kind = 'picture' AND is_current = 1
                        AND picture_path IS NOT NULL AND received_at >= ?
                    ORDER BY id DESC LIMIT \(Self.candidateLimit)
                    """),
            arguments: [event.edgeDeviceID, path.name, earliest.microseconds])
        var best: (closeness: AnnouncedPath.Closeness, files: [ReceivedFileRecord])?
        for file in rows.map(ReceivedFileRecord.init(row:)) {
            guard let closeness = path.closeness(to: AnnouncedPath(file.path)) else { continue }
            if let known = best, closeness < known.closeness { continue }
            if let known = best, closeness == known.closeness {
                best = (closeness, known.files + [file])
            } else {
                best = (closeness, [file])
            }
        }
        guard let best, best.files.count == 1, let file = best.files.first else { return nil }
        switch file.state {
        case .unclaimed: return file
        case .joined:
            guard let owner = try owner(of: file), owner.isOfSameFrame(as: event) else { return nil }
            return file
        case .noted: return nil
        }
    }

    /// An event that names the picture.
    private func owner(of file: ReceivedFileRecord) throws -> LPREvent? {
        try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT \(LPREvent.columns) FROM lpr_events e WHERE e.image_file_id = ? ORDER BY e.id LIMIT 1"),
            arguments: [file.id]
        ).map(LPREvent.init(row:))
    }

    // MARK: A file comes

    /// What becomes of a picture that is being stored.
    enum Claim {
        /// The events that get it; they have no picture.
        case events([LPREvent])
        /// The event has the very same picture already.
        case sameAs(LPREvent)
        /// Nobody gets it now.
        case nobody(problem: String?)
    }

    /// - Parameters:
    ///   - announcedEventID: as the device's announcement of the file named it.
    ///   - twin: a picture of an event that is known to have the same bytes.
    func claim(
        of file: ReceivedFileRecord, announcedEventID: String?, twin: PictureTwin?
    ) throws -> Claim {
        let awaiting = try eventsAwaiting(file)
        if let announcedEventID, let event = try candidate(announcedEventID, for: file) {
            guard event.imagePath == nil else { return claim(event, twin) }
            return .events([event] + awaiting.filter { $0.eventID != event.eventID && $0.isOfSameFrame(as: event) })
        }
        if !awaiting.isEmpty { return .events(awaiting) }
        guard let key = file.eventKey, let event = try candidate(key, for: file) else { return .nobody(problem: nil) }
        return event.imagePath == nil ? .events([event]) : claim(event, twin)
    }

    private func claim(_ event: LPREvent, _ twin: PictureTwin?) -> Claim {
        if let twin, twin.eventID == event.eventID, twin.picturePath == event.imagePath { return .sameAs(event) }
        return .nobody(problem: "event \(event.eventID) has another picture already")
    }

    private func candidate(_ eventID: String, for file: ReceivedFileRecord) throws -> LPREvent? {
        guard let event = try LPREvent.fetch(eventID: eventID, database), event.edgeDeviceID == file.deviceID,
            event.createdAt >= earliest
        else { return nil }
        return event
    }

    /// The events that announced this file. Of several frames that announced the very same path, the one that has
    /// waited longest; of several that fit equally well without that, none.
    private func eventsAwaiting(_ file: ReceivedFileRecord) throws -> [LPREvent] {
        let path = AnnouncedPath(file.path)
        let awaited = try AwaitedPicture.named(path.name, deviceID: file.deviceID, since: earliest, database)
        var best: (closeness: AnnouncedPath.Closeness, events: [LPREvent])?
        for picture in awaited {
            guard let closeness = picture.path.closeness(to: path) else { continue }
            if let known = best, closeness < known.closeness { continue }
            guard let event = try LPREvent.fetch(eventID: picture.eventID, database),
                event.edgeDeviceID == file.deviceID, event.imagePath == nil
            else {
                try AwaitedPicture.delete(
                    deviceID: file.deviceID, name: path.name, eventID: picture.eventID, database)
                continue
            }
            if let known = best, closeness == known.closeness {
                best = (closeness, known.events + [event])
            } else {
                best = (closeness, [event])
            }
        }
        guard let best, let first = best.events.first else { return [] }
        let frame = best.events.filter { $0.eventID == first.eventID || $0.isOfSameFrame(as: first) }
        return best.closeness.isExact || frame.count == best.events.count ? frame : []
    }
}

/// A picture that an event has, known to have the same bytes as a file.
public struct PictureTwin: Sendable, Hashable {
    public let eventID: String
    public let picturePath: String

    public init(eventID: String, picturePath: String) {
        self.eventID = eventID
        self.picturePath = picturePath
    }
}

extension LPREvent {
    /// Whether both came from one picture of the camera.
    func isOfSameFrame(as other: LPREvent) -> Bool {
        guard edgeDeviceID == other.edgeDeviceID else { return false }
        if let frameID, let otherID = other.frameID { return frameID == otherID }
        return capturedAt == other.capturedAt
    }
}
