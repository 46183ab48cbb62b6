import Domain
import Gateway
import Synchronization

/// How the link is, written by its thread and read by health, page and status.
final class LinkBoard: Sendable {
    enum Phase: Sendable {
        case off
        case connecting(broker: String)
        /// Nobody answered; the next attempt is some time away.
        case waiting
        case connected(broker: String, isFirst: Bool, version: String, since: Instant)
    }

    private struct State: Sendable {
        var phase: Phase
        /// Why the last attempt at each broker failed, in the order of the list.
        var problems: [String: String] = [:]
        /// Why nothing is acknowledged now.
        var withheld: String?
        /// Topics that the broker does not let us read or write.
        var refusedTopics: [String] = []
    }

    private let brokers: [String]
    private let clientID: String
    private let state: Mutex<State>

    init(brokers: [String], clientID: String) {
        self.brokers = brokers
        self.clientID = clientID
        state = Mutex(State(phase: brokers.isEmpty ? .off : .waiting))
    }

    func note(_ phase: Phase) {
        state.withLock { state in
            state.phase = phase
            if case .connected(let broker, let isFirst, _, _) = phase {
                state.problems[broker] = nil
                // What was wrong with brokers that are not needed now is of no interest.
                if isFirst { state.problems = [:] }
                state.refusedTopics = []
            }
        }
    }

    func note(problem: String?, at broker: String) { state.withLock { $0.problems[broker] = problem } }

    func note(withheld reason: String?) { state.withLock { $0.withheld = reason } }

    /// - Returns: whether it is news.
    func note(refusedTopic topic: String) -> Bool {
        state.withLock { state in
            guard !state.refusedTopics.contains(topic), state.refusedTopics.count < 16 else { return false }
            state.refusedTopics.append(topic)
            return true
        }
    }

    var isConnected: Bool {
        state.withLock { if case .connected = $0.phase { true } else { false } }
    }

    func status(waiting: Int, dropped: Int64) -> LinkStatus {
        let state = state.withLock { $0 }
        var broker: String?
        var version: String?
        var since: Instant?
        var status = LinkStatus(.failed)
        switch state.phase {
        case .off: return LinkStatus(.off)
        case .connecting(let name): broker = name
        case .waiting: break
        case .connected(let name, let isFirst, let spoken, let start):
            (broker, version, since) = (name, spoken, start)
            status.connectedNow = 1
            status.state = isFirst && state.refusedTopics.isEmpty ? .ok : .degraded
        }
        status.problem = problem(state)
        // A first attempt that is still under way is no failure yet.
        if status.connectedNow == 0, state.problems.isEmpty { status.state = .degraded }
        if state.withheld != nil { status.state = .failed }
        status.details = [
            ("broker", .optional(broker)), ("protocol_version", .optional(version)), ("client_id", .string(clientID)),
            ("connected_since", .optional(since?.rfc3339)), ("waiting", .integer(waiting)),
            ("dropped", .integer(dropped)),
        ]
        return status
    }

    private func problem(_ state: State) -> String? {
        if let withheld = state.withheld { return withheld }
        var sentences = brokers.compactMap { broker in state.problems[broker].map { "\(broker): \($0)" } }
        if !state.refusedTopics.isEmpty {
            sentences.append(
                "the broker does not allow \(state.refusedTopics.joined(separator: ", ")); see its access rules")
        }
        if sentences.isEmpty, case .connecting(let broker) = state.phase { return "connecting to \(broker)" }
        return sentences.isEmpty ? nil : sentences.joined(separator: "; ")
    }
}
