public import Domain
public import GRDB

/// What a write job sees while its transaction runs: the connection, the prepared statements, and what to tell the
/// world once the transaction is committed.
///
/// It lives on the writer's queue only and never leaves a job.
public final class WriteContext {
    public let database: Database
    /// The time of this transaction.
    public internal(set) var now: Instant
    let statements: WriterStatements
    /// The next primary key of `lpr_events`; keys are never used twice.
    var nextEventRowID: Int64
    /// The next number of the change feed; numbers are never used twice.
    var nextSequence: Int64
    /// The last event row that the search index holds; rows after it are searched one by one.
    var indexedEventRowID: Int64
    /// Pictures that wait for their events. While there are none, an event that names no file looks for none.
    var unclaimedFiles: Int64
    /// How far apart an event and its picture may come.
    let joinWindow: Duration
    /// The name of this opening in `FeedLineage`; written down with its first change.
    private let openingID: String
    private var isOpeningNoted = false
    let upstream: UpstreamHold
    /// What the centre was noted to have in this transaction.
    var noted: UpstreamMark?
    /// What was joined in this transaction, for whoever has to tell the device.
    var joinedFiles: [JoinedFile] = []
    /// Devices heard of in this transaction, written once at its end.
    var contacts: [String: DeviceContact] = [:]
    private var changes: [CommittedChange] = []
    private var rejected: [RejectedMessage] = []
    private var queuedAnswers = 0

    init(
        database: Database, now: Instant, joinWindow: Duration, openingID: String, upstream: UpstreamHold
    ) throws {
        self.joinWindow = joinWindow
        self.openingID = openingID
        self.upstream = upstream
        self.database = database
        self.now = now
        statements = try WriterStatements(database)
        let lastEvent = try Int64.fetchOne(database, sql: "SELECT max(id) FROM lpr_events") ?? 0
        indexedEventRowID = try Setting.searchIndexedThrough.read(database).flatMap { Int64($0) } ?? 0
        nextEventRowID = max(lastEvent, indexedEventRowID) + 1
        unclaimedFiles =
            try Int64.fetchOne(database, sql: "SELECT count(*) FROM received_files WHERE state = 'unclaimed'") ?? 0
        nextSequence = (try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM changes") ?? 0) + 1
    }

    /// What a rolled-back transaction must give back.
    struct Marker {
        let nextEventRowID: Int64
        let nextSequence: Int64
        let indexedEventRowID: Int64
        let unclaimedFiles: Int64
        let isOpeningNoted: Bool
    }

    var marker: Marker {
        Marker(
            nextEventRowID: nextEventRowID, nextSequence: nextSequence, indexedEventRowID: indexedEventRowID,
            unclaimedFiles: unclaimedFiles, isOpeningNoted: isOpeningNoted)
    }

    func restore(_ marker: Marker) {
        nextEventRowID = marker.nextEventRowID
        nextSequence = marker.nextSequence
        indexedEventRowID = marker.indexedEventRowID
        unclaimedFiles = marker.unclaimedFiles
        isOpeningNoted = marker.isOpeningNoted
        noted = nil
        joinedFiles.removeAll()
        contacts.removeAll(keepingCapacity: true)
        _ = takeCommit()
    }

    /// What the transaction has done, to be told once it is committed.
    func takeCommit() -> Commit {
        defer {
            changes.removeAll(keepingCapacity: true)
            rejected.removeAll()
            queuedAnswers = 0
        }
        return Commit(changes: changes, rejected: rejected, queuedAnswers: queuedAnswers)
    }

    /// The mark to be told once the transaction is committed.
    func takeMark() -> UpstreamMark? {
        defer { noted = nil }
        return noted
    }

    /// Remembers that a message waits for the broker, to say so after the commit.
    func noteQueuedAnswer() { queuedAnswers += 1 }

    /// Remembers a rejected message to announce after the commit.
    func announce(_ message: RejectedMessage) { rejected.append(message) }

    /// Writes one row of the change feed (invariant 4) and remembers what to announce after the commit.
    public func recordChange(_ kind: CommittedChange.Kind) throws {
        let sequence = nextSequence
        if !isOpeningNoted {
            try FeedOpenings.note(openingID, from: sequence, self)
            isOpeningNoted = true
        }
        let (entity, key, operation) = kind.feedColumns
        try statements.insertChange.run { row in
            row.bind(sequence)
            row.bind(entity)
            row.bind(key)
            row.bind(operation)
            row.bind(now)
        }
        nextSequence += 1
        changes.append(CommittedChange(sequence: sequence, kind: kind))
    }
}

/// What one transaction has brought.
public struct Commit: Sendable {
    /// In the order of the feed.
    public let changes: [CommittedChange]
    /// Messages that were not accepted and are kept; no changes of the feed.
    public let rejected: [RejectedMessage]
    /// Messages that wait for the broker since then.
    public let queuedAnswers: Int

    var isEmpty: Bool { changes.isEmpty && rejected.isEmpty && queuedAnswers == 0 }
}

/// A change that is on disk, in the order of the feed.
public struct CommittedChange: Sendable {
    public enum Kind: Sendable {
        case eventStored(LPREvent)
        case eventCorrected(LPREvent)
        /// The event has got the picture that came apart.
        case pictureJoined(LPREvent)
        /// Pictures of the event were removed to make room; so many that nobody is told one by one.
        case picturesRemoved(eventID: String)
        /// Somebody has deleted it.
        case eventDeleted(eventID: String)
        /// It was deleted here by its age, and stays where others keep it longer.
        case eventExpired(eventID: String)
        case deviceChanged(deviceID: String)
    }

    /// The row's number in `changes`.
    public let sequence: Int64
    public let kind: Kind
}

extension CommittedChange.Kind {
    var feedColumns: (entity: String, key: String, operation: String) {
        switch self {
        case .eventStored(let event): ("lpr_events", event.eventID, "insert")
        case .eventCorrected(let event), .pictureJoined(let event): ("lpr_events", event.eventID, "update")
        case .picturesRemoved(let eventID): ("lpr_events", eventID, "update")
        case .eventDeleted(let eventID): ("lpr_events", eventID, "delete")
        case .eventExpired(let eventID): ("lpr_events", eventID, "expire")
        case .deviceChanged(let deviceID): ("edge_devices", deviceID, "update")
        }
    }
}

/// A sign of life of one device.
struct DeviceContact {
    var address: String?
    var protocols: Set<SourceProtocol>
    var checkpoint: String?
}
