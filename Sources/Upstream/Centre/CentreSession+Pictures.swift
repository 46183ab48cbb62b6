/// A picture of an event, as it is sent to the centre.
public struct CentrePicture: Sendable {
    public enum Kind: String, Sendable {
        case picture, plate, thumbnail
    }

    public var eventID: String
    public var kind: Kind
    /// Such as `image/jpeg`.
    public var mediaType: String
    /// 32 bytes.
    public var sha256: [UInt8]
    public var content: [UInt8]

    public init(eventID: String, kind: Kind, mediaType: String, sha256: [UInt8], content: [UInt8]) {
        self.eventID = eventID
        self.kind = kind
        self.mediaType = mediaType
        self.sha256 = sha256
        self.content = content
    }
}

extension CentreSession {
    /// Stores a picture; the same again is no harm.
    /// - Returns: false when the centre does not have the event, or no longer.
    public func put(_ picture: CentrePicture) throws(PostgresError) -> Bool {
        let stored = try connection.query(
            "SELECT lpr.put_picture($1, $2, $3, $4, $5)",
            values: [
                .text(picture.eventID), .text(picture.kind.rawValue), .text(picture.mediaType),
                .binary(picture.sha256), .binary(picture.content),
            ], operation: "send a picture")
        return stored.value == "t"
    }
}
