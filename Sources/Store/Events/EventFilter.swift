public import Domain

/// Which events a page shows.
public struct EventFilter: Sendable, Hashable {
    /// The most events of one page.
    public static let limits = 1...500

    /// A normalised plate, exactly.
    public var plateKey: String?
    /// A normalised plate with `*` and `?`.
    public var platePattern: String?
    /// A part of a normalised plate.
    public var search: String?
    public var device: String?
    public var provinceCode: String?
    /// The text of a province that has no code.
    public var province: String?
    /// At or after.
    public var from: Instant?
    /// Before.
    public var to: Instant?
    public var minimumConfidence: Double?
    public var hasImage: Bool?

    public init() {}
}

/// The place in the order of events (newest first) after which a page begins.
public struct EventCursor: Sendable, Hashable {
    public var capturedAt: Instant
    public var rowID: Int64

    public init(capturedAt: Instant, rowID: Int64) {
        self.capturedAt = capturedAt
        self.rowID = rowID
    }

    /// Opaque to clients: two numbers in base 36.
    public var text: String { "\(String(capturedAt.microseconds, radix: 36)).\(String(rowID, radix: 36))" }

    public init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 32, parts.count == 2, let time = Int64(parts[0], radix: 36),
            let rowID = Int64(parts[1], radix: 36)
        else { return nil }
        self.init(capturedAt: Instant(microseconds: time), rowID: rowID)
    }
}

public struct EventPage: Sendable {
    public var events: [LPREvent]
    /// Where the next page begins; nil at the end.
    public var next: EventCursor?
}
