import Domain
import Gateway

/// One part of the appliance in a health report.
struct HealthComponent {
    let name: String
    let entry: HealthBoard.Entry
    let details: [(name: String, value: JSONValue)]

    init(name: String, entry: HealthBoard.Entry, details: [(name: String, value: JSONValue)] = []) {
        self.name = name
        self.entry = entry
        self.details = details
    }

    /// A link as it is now.
    init(_ link: any CommunicationLink, noteOn board: HealthBoard, at now: Instant, start: Instant) {
        let status = link.status
        self.init(
            name: link.name,
            entry: board.note(
                link.name, HealthBoard.State(status.state), error: status.problem, at: now, start: start),
            details: status.details)
    }

    func write(to writer: inout JSONWriter) {
        writer.name(name)
        writer.object { writer in
            writer.member("state", entry.state.rawValue)
            writer.member("since", entry.since)
            writer.member("last_error", entry.lastError)
            for detail in details { writer.member(detail.name, detail.value) }
        }
    }
}

extension HealthBoard.State {
    init(_ state: LinkStatus.State) {
        switch state {
        case .off: self = .off
        case .ok: self = .ok
        case .degraded: self = .degraded
        case .failed: self = .failed
        }
    }
}
