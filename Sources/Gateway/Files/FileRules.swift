public import Domain
import Store

/// How files that come apart are read.
public struct FileRules: Sendable {
    /// Finds the id of the event in the path of its picture; nil takes the file's name without its ending.
    public var eventIDPattern: EventIDPattern?
    /// Of times without a zone in the sidecars of field cameras.
    public var zone: TimeZoneRules
    /// Bytes of a picture inside a sidecar.
    public var pictureLimit: Int
    /// Bytes of a sidecar.
    public var sidecarLimit: Int

    public init(
        eventIDPattern: EventIDPattern? = nil, zone: TimeZoneRules = .utc, pictureLimit: Int = 8 << 20,
        sidecarLimit: Int = 12 << 20
    ) {
        self.eventIDPattern = eventIDPattern
        self.zone = zone
        self.pictureLimit = pictureLimit
        self.sidecarLimit = sidecarLimit
    }

    /// The event that the path of a picture names; nil when what it names can be no id.
    func eventID(inPath path: String) -> String? {
        let text = eventIDPattern.map { $0.firstGroup(in: path) } ?? AnnouncedPath(path).stem
        return text.flatMap { EventID($0) }?.text
    }
}

/// Whom the picture of a file belongs to on disk, and the lock under which it is stored and removed.
enum FilePicture {
    /// No event id has a `/`, so that it is never the owner of an event's own picture; and no two devices share one.
    static func owner(device: String, path: String) -> String { "/\(device)/\(path)" }

    static func owner(_ file: ReceivedFileRecord) -> String { owner(device: file.deviceID, path: file.path) }
}
