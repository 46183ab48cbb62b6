/// What became of an event that was handed to the store.
public enum EventOutcome: Sendable {
    case created(LPREvent)
    /// The same id with the same content is there already: one row, the same answer (invariant 3).
    case duplicate(LPREvent)
    /// The same id with other content is there already.
    case conflict(LPREvent)

    public var event: LPREvent {
        switch self {
        case .created(let event), .duplicate(let event), .conflict(let event): event
        }
    }
}
