import Domain
public import GRDB

/// How far the central database is known to have what is here.
///
/// The centre's own watermark is the truth; this is what was last heard of it. It decides what may be deleted here, so
/// that it may lag behind, but must never be ahead.
public struct UpstreamMark: Sendable, Hashable {
    /// All rows of the feed up to this number are at the centre, or parked.
    public var sequence: Int64
    /// All rows of `lpr_events` up to this `id` are at the centre, or parked.
    public var eventRow: Int64
    /// The centre's number for this history of the database; nil before the first contact.
    public var epoch: Int64?
    /// The pictures of all rows of `lpr_events` up to this `id` are at the centre. Counts only where pictures are sent.
    public var pictureRow: Int64
    /// Rows of the feed up to this number were looked through for pictures that came later than their events.
    public var pictureSequence: Int64

    public init(
        sequence: Int64 = 0, eventRow: Int64 = 0, epoch: Int64? = nil, pictureRow: Int64 = 0, pictureSequence: Int64 = 0
    ) {
        self.sequence = sequence
        self.eventRow = eventRow
        self.epoch = epoch
        self.pictureRow = pictureRow
        self.pictureSequence = pictureSequence
    }

    /// As it was last committed; zeros when the centre was never heard of.
    public init(_ database: Database) throws {
        func number(_ setting: Setting) throws -> Int64? { try setting.read(database).flatMap { Int64($0) } }
        self.init(
            sequence: try number(.confirmedSequence) ?? 0, eventRow: try number(.confirmedEventRow) ?? 0,
            epoch: try number(.upstreamEpoch), pictureRow: try number(.confirmedPictureRow) ?? 0,
            pictureSequence: try number(.confirmedPictureSequence) ?? 0)
    }
}

extension WriteContext {
    /// Notes how far the centre has come. Whatever the numbers say they are taken: a centre that was restored from a
    /// backup has less than it had. `Store.confirmed` tells the mark once this is committed.
    public func confirm(_ mark: UpstreamMark) throws {
        let before = noted ?? upstream.mark
        func write(_ setting: Setting, _ value: Int64?, _ old: Int64?) throws {
            guard value != old else { return }
            if let value { try setting.write("\(value)", self) } else { try setting.delete(self) }
        }
        try write(.confirmedSequence, mark.sequence, before.sequence)
        try write(.confirmedEventRow, mark.eventRow, before.eventRow)
        try write(.upstreamEpoch, mark.epoch, before.epoch)
        try write(.confirmedPictureRow, mark.pictureRow, before.pictureRow)
        try write(.confirmedPictureSequence, mark.pictureSequence, before.pictureSequence)
        noted = mark
    }

    /// The mark as this transaction sees it. Two threads move it, each its own part: what one of them changes has to be
    /// changed in this.
    public var confirmed: UpstreamMark { noted ?? upstream.mark }
}

extension Setting {
    static let confirmedSequence = Setting(name: "upstream.confirmed_sequence")
    static let confirmedEventRow = Setting(name: "upstream.confirmed_event_row")
    static let confirmedPictureRow = Setting(name: "upstream.confirmed_picture_row")
    static let confirmedPictureSequence = Setting(name: "upstream.confirmed_picture_sequence")
    static let upstreamEpoch = Setting(name: "upstream.epoch")
}
