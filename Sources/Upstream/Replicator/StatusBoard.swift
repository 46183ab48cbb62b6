import Domain
import Synchronization

/// How the replication is, for whoever asks, from any thread.
final class StatusBoard: Sendable {
    private struct State {
        var status: UpstreamStatus
        /// When the oldest change was made that the centre does not have yet; nil when it has all.
        var oldestWaiting: Instant?
        /// Confirmed rows of the last minute, by seconds of `ContinuousClock`.
        var recent: [(at: ContinuousClock.Instant, rows: Int64)] = []
    }

    private let state: Mutex<State>
    private let clock: WallClock

    init(clock: WallClock, status: UpstreamStatus) {
        self.clock = clock
        state = Mutex(State(status: status))
    }

    var status: UpstreamStatus {
        let (now, moment) = (clock.now(), ContinuousClock.now)
        return state.withLock { state in
            var status = state.status
            if let oldest = state.oldestWaiting, status.lagRows > 0 {
                status.lagSeconds = max(0, Double(now.since(oldest).wholeMilliseconds) / 1_000)
            }
            let minute = moment - .seconds(60)
            status.rowsPerSecond =
                Double(state.recent.reduce(0) { $1.at >= minute ? $0 + $1.rows : $0 }) / 60
            return status
        }
    }

    func update(_ change: (inout UpstreamStatus) -> Void) { state.withLock { change(&$0.status) } }

    /// How far the feed is ahead of the centre.
    func note(newest: Int64, confirmed: Int64, oldestWaiting: Instant?) {
        state.withLock { state in
            state.status.confirmedSequence = confirmed
            state.status.lagRows = max(0, newest - confirmed)
            state.oldestWaiting = oldestWaiting
        }
    }

    /// The centre has a batch.
    func noteConfirmed(rows: Int, at now: Instant) {
        let moment = ContinuousClock.now
        state.withLock { state in
            state.status.lastConfirmedAt = now
            state.status.rowsSent += Int64(rows)
            state.status.batchesSent += 1
            state.status.problem = nil
            // One entry a second at most, so that a minute has few (invariant 5).
            if let last = state.recent.last, moment - last.at < .seconds(1) {
                state.recent[state.recent.count - 1].rows += Int64(rows)
            } else {
                state.recent.removeAll { moment - $0.at > .seconds(60) }
                state.recent.append((moment, Int64(rows)))
            }
        }
    }
}
