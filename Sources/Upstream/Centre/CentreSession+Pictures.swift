public import Domain

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

extension CentreSession {
    /// A picture that the centre has.
    public struct HeldPicture: Sendable, Hashable {
        public var eventID: String
        public var kind: CentrePicture.Kind

        public init(eventID: String, kind: CentrePicture.Kind) {
            self.eventID = eventID
            self.kind = kind
        }
    }

    /// Which pictures of some events the centre has.
    /// - Parameters:
    ///   - events: their ids and times of capture.
    public func heldPictures(of events: [(id: String, capturedAt: Instant)]) throws(PostgresError) -> Set<HeldPicture> {
        let times = events.map(\.capturedAt)
        guard let first = times.min(), let last = times.max() else { return [] }
        // With the times, so that only their months are looked into.
        let rows = try connection.query(
            """
            SELECT event_id, kind FROM lpr.event_pictures \
            WHERE site_id = $1 AND event_id = ANY ($2::text[]) AND captured_at BETWEEN $3 AND $4
            """, [siteID, SQLText.array(events.map(\.id)), CentreTime.text(first), CentreTime.text(last)],
            operation: "look for pictures")
        return Set(
            rows.rows.compactMap { row in
                guard row.count == 2, let id = row[0], let kind = row[1].flatMap(CentrePicture.Kind.init) else {
                    return nil
                }
                return HeldPicture(eventID: id, kind: kind)
            })
    }
}
