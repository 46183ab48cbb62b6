/// What live connections can hear of; docs/live.md has the data of each.
enum LiveEventName: String, Sendable, CaseIterable {
    case received = "lpr_event_received"
    case processed = "lpr_event_processed"
    case updated = "lpr_event_updated"
    case deleted = "lpr_event_deleted"
    case error = "lpr_event_error"
    case deviceStatus = "device_status"
    case systemStatus = "system_status"
    case communicationStatus = "communication_status"

    /// The next one says all that this one says: whoever is too slow for it misses nothing.
    var isTransient: Bool { self == .systemStatus || self == .communicationStatus }
}

/// A set of such names.
struct LiveEventSet: Sendable, Hashable {
    private var bits: UInt16

    init(_ names: some Sequence<LiveEventName>) {
        bits = names.reduce(into: 0) { $0 |= Self.bit($1) }
    }

    static let all = LiveEventSet(LiveEventName.allCases)
    static let none = LiveEventSet([])

    func contains(_ name: LiveEventName) -> Bool { bits & Self.bit(name) != 0 }

    func intersection(_ other: LiveEventSet) -> LiveEventSet {
        var both = self
        both.bits &= other.bits
        return both
    }

    var names: [LiveEventName] { LiveEventName.allCases.filter(contains) }

    private static func bit(_ name: LiveEventName) -> UInt16 {
        let place: UInt16 =
            switch name {
            case .received: 0
            case .processed: 1
            case .updated: 2
            case .deleted: 3
            case .error: 4
            case .deviceStatus: 5
            case .systemStatus: 6
            case .communicationStatus: 7
            }
        return 1 << place
    }
}
