public import GRDB

/// How far the messages that no queue holds were sent, and how many were left out; kept in `settings`.
public struct OutboundCursors: Sendable, Hashable {
    /// All changes of the feed up to this one are dealt with; nil before the first time.
    public var processed: Int64?
    /// The same for rejected messages, by their ids.
    public var rejected: Int64?
    /// Messages that were left out because too many waited.
    public var dropped: Int64

    public init(processed: Int64? = nil, rejected: Int64? = nil, dropped: Int64 = 0) {
        self.processed = processed
        self.rejected = rejected
        self.dropped = dropped
    }

    public init(_ database: Database) throws {
        processed = try Setting.processedThrough.read(database).flatMap { Int64($0) }
        rejected = try Setting.rejectedThrough.read(database).flatMap { Int64($0) }
        dropped = try Setting.outboundDropped.read(database).flatMap { Int64($0) } ?? 0
    }
}

extension WriteContext {
    /// Keeps the cursors. What is nil is deleted.
    public func keep(_ cursors: OutboundCursors) throws {
        try put(cursors.processed, .processedThrough)
        try put(cursors.rejected, .rejectedThrough)
        try put(cursors.dropped == 0 ? nil : cursors.dropped, .outboundDropped)
    }

    private func put(_ value: Int64?, _ setting: Setting) throws {
        if let value { try setting.write("\(value)", self) } else { try setting.delete(self) }
    }
}

extension Setting {
    fileprivate static let processedThrough = Setting(name: "mqtt.processed_through")
    fileprivate static let rejectedThrough = Setting(name: "mqtt.rejected_through")
    fileprivate static let outboundDropped = Setting(name: "mqtt.dropped")
}
