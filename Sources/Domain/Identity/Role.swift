/// What somebody may do. `admin` > `operator` > `viewer`; `device` and `metrics` stand aside.
public enum Role: String, Sendable, CaseIterable {
    case admin
    case `operator`
    case viewer
    /// A camera: it sends what it read, for its own id, and reads its own commands; nothing else.
    case device
    /// A collector of metrics: it reads /metrics; nothing else.
    case metrics

    /// Whether this role may do what asks for `required`.
    public func allows(_ required: Role) -> Bool {
        guard let own = rank, let asked = required.rank else { return self == required }
        return own >= asked
    }

    private var rank: Int? {
        switch self {
        case .admin: 3
        case .operator: 2
        case .viewer: 1
        case .device, .metrics: nil
        }
    }
}
