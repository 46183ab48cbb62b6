public import Domain
import Synchronization

/// Counts messages by protocol and direction, in memory, until `Store.persist` adds the counts to the table.
///
///     record ──▶ current bucket ──▶ finished (its five minutes are over) ──▶ taken ──▶ communication_statistics
///                                                                             │ write failed
///                                                        finished ◀───────────┘
///
/// What a crash loses is what came since the last `persist`; the communication log itself loses nothing.
public final class CommunicationStatistics: Sendable {
    /// The most buckets that wait when nothing can be written, on a full disk say (invariant 5): a day of one protocol
    /// in both directions, 1 MB. The oldest go first.
    static let waitingLimit = 576
    /// Characters of an error that are kept, as in the log.
    private static let errorLimit = 500

    fileprivate struct State: Sendable {
        var start = Instant(microseconds: 0)
        /// One tally for every protocol and direction, made once, so that counting allocates nothing.
        var current = [CommunicationTally](repeating: CommunicationTally(), count: CommunicationChannel.count)
        var totals = [CommunicationTotal](repeating: CommunicationTotal(), count: CommunicationChannel.count)
        var finished: [CommunicationBucket] = []
        var taken: [CommunicationBucket] = []
        /// How often something was taken, written or put back.
        var generation = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// Counts one message. Takes constant time and no memory, but for the text of a failure longer than is kept.
    /// - Parameters:
    ///   - latency: counted exactly enough from 1 µs to 100 s.
    ///   - error: what went wrong, when it did.
    ///   - instant: when the message was through.
    public func record(
        protocol: SourceProtocol, direction: CommunicationLogEntry.Direction, isSuccess: Bool, latency: Duration,
        byteCount: Int, error: String? = nil, at instant: Instant
    ) {
        let channel = CommunicationChannel(`protocol`, direction).index
        let microseconds = latency.wholeMicroseconds
        let kept = isSuccess ? nil : error.map(Self.shortened)
        state.withLock { state in
            state.turn(to: instant)
            state.totals[channel].add(isSuccess: isSuccess, byteCount: byteCount)
            state.current[channel].messages += 1
            state.current[channel].bytes = state.current[channel].bytes.addingSaturating(Int64(max(0, byteCount)))
            state.current[channel].latencies.record(microseconds: microseconds)
            if !isSuccess {
                state.current[channel].failures += 1
                state.current[channel].noteError(kept, at: instant)
            }
        }
    }

    private static func shortened(_ error: String) -> String {
        error.utf8.count <= errorLimit ? error : String(error.prefix(errorLimit))
    }

    /// What went over each protocol and direction since the start; those with messages.
    public var totals: [CommunicationTotal] {
        state.withLock { state in
            CommunicationChannel.all.compactMap { channel in
                var total = state.totals[channel.index]
                guard total.messages > 0 else { return nil }
                total.protocol = channel.protocol
                total.direction = channel.direction
                return total
            }
        }
    }

    /// Takes what was counted since the last time, to be written; nil while what was taken before is still under way.
    func takeDirtyBuckets() -> [CommunicationBucket]? {
        state.withLock { state -> [CommunicationBucket]? in
            guard state.taken.isEmpty else { return nil }
            state.finishCurrent()
            state.taken = state.finished
            state.finished.removeAll()
            state.generation += 1
            return state.taken
        }
    }

    /// What was taken is on disk, or comes back to be taken again.
    func settleTaken(isWritten: Bool) {
        state.withLock { state in
            if !isWritten {
                let newer = state.finished
                state.finished = state.taken
                state.file(newer)
            }
            state.taken.removeAll()
            state.generation += 1
        }
    }

    /// Everything that is not known to be on disk.
    struct Snapshot: Sendable {
        let buckets: [CommunicationBucket]
        /// Whether some of it may be on disk already, because its write is under way.
        let isWriting: Bool
        let generation: Int
    }

    var snapshot: Snapshot {
        state.withLock { state in
            Snapshot(
                buckets: state.taken + state.finished + state.currentBuckets, isWriting: !state.taken.isEmpty,
                generation: state.generation)
        }
    }
}

extension CommunicationStatistics.State {
    /// Makes the bucket of `instant` the current one.
    ///
    /// A message that is up to one bucket late counts in the current one. A clock that was set back further begins a
    /// bucket anew; the table adds it to the row that is there.
    fileprivate mutating func turn(to instant: Instant) {
        let length = CommunicationBucket.length
        if instant >= start - length, instant < start + length { return }
        finishCurrent()
        start = CommunicationBucket.start(of: instant)
    }

    fileprivate mutating func finishCurrent() {
        file(currentBuckets)
        for index in current.indices where current[index].messages > 0 { current[index].reset() }
    }

    /// Puts buckets behind those that are finished, or adds them to the same ones.
    fileprivate mutating func file(_ buckets: [CommunicationBucket]) {
        for bucket in buckets {
            if let same = finished.lastIndex(where: { $0.isSameRow(as: bucket) }) {
                finished[same].tally.add(bucket.tally)
            } else {
                finished.append(bucket)
            }
        }
        let surplus = finished.count - CommunicationStatistics.waitingLimit
        if surplus > 0 { finished.removeFirst(surplus) }
    }

    fileprivate var currentBuckets: [CommunicationBucket] {
        CommunicationChannel.all.compactMap { channel in
            let tally = current[channel.index]
            guard tally.messages > 0 else { return nil }
            return CommunicationBucket(
                start: start, protocol: channel.protocol, direction: channel.direction, tally: tally)
        }
    }
}

/// A protocol and a direction, with a place in an array.
private struct CommunicationChannel {
    let `protocol`: SourceProtocol
    let direction: CommunicationLogEntry.Direction

    static let all = SourceProtocol.allCases.flatMap { name in
        CommunicationLogEntry.Direction.allCases.map { CommunicationChannel(name, $0) }
    }
    static let count = all.count

    init(_ protocol: SourceProtocol, _ direction: CommunicationLogEntry.Direction) {
        self.protocol = `protocol`
        self.direction = direction
    }

    var index: Int {
        let place =
            switch `protocol` {
            case .http: 0
            case .webSocket: 1
            case .socketIO: 2
            case .mqtt: 3
            case .sftp: 4
            case .rsync: 5
            }
        return place * 2 + (direction == .inbound ? 0 : 1)
    }
}
