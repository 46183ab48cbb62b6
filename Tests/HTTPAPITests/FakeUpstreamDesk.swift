import Domain
import Gateway
import Synchronization

/// A replication in whatever state a test wants, which remembers what it was asked for.
final class FakeUpstreamDesk: UpstreamDesk {
    private struct State {
        var status: UpstreamStatus
        var rows: [UpstreamParkedRow]
        var asked: [String] = []
        var error: UpstreamDeskError?
    }

    private let state: Mutex<State>

    init(_ status: UpstreamStatus = UpstreamStatus(.streaming), parked: [UpstreamParkedRow] = []) {
        state = Mutex(State(status: status, rows: parked))
    }

    var status: UpstreamStatus {
        get { state.withLock { $0.status } }
        set { state.withLock { $0.status = newValue } }
    }

    /// What was asked for, in order.
    var asked: [String] { state.withLock { $0.asked } }

    /// From now on everything is refused with this.
    func refuse(_ error: UpstreamDeskError) { state.withLock { $0.error = error } }

    func parked(after id: Int64?, limit: Int) async throws -> [UpstreamParkedRow] {
        state.withLock { state in Array(state.rows.filter { $0.id > id ?? 0 }.prefix(limit)) }
    }

    func retry(parked id: Int64) async throws -> Bool {
        try note("retry \(id)")
        return state.withLock { state in state.rows.contains { $0.id == id } }
    }

    func retryAllParked() async throws -> Int64 {
        try note("retry all")
        return state.withLock { Int64($0.rows.count) }
    }

    func resync(from: Instant?) async throws { try note("resync \(from?.rfc3339 ?? "all")") }

    private func note(_ what: String) throws {
        try state.withLock { state in
            if let error = state.error { throw error }
            state.asked.append(what)
        }
    }

    static func row(_ id: Int64) -> UpstreamParkedRow {
        UpstreamParkedRow(
            id: id, entity: "lpr_events", key: "e\(id)", operation: "insert", sequence: id * 10, sqlState: "22021",
            message: "invalid byte sequence for encoding \"UTF8\": 0x00", parkedAt: TestSite.start, attempts: 1)
    }
}
