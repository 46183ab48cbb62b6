import Domain
import Logging
import Media
import Store

/// One run that makes room, the oldest first of each kind in turn, until no more than a target is in use.
///
///     unclaimed files → full pictures → thumbnails and plate pictures → what is older than its own age → kept ones
///         → the same of reads that a central database is to get and does not have yet
///
/// Each portion: choose by a read → hold the locks of intake → one transaction takes the pictures out of their rows,
/// with their rows of the feed → unlink → count (invariants 4 and 8). Killed between transaction and unlinking it leaves
/// files that no row names, which the sweep over orphans finds; nothing has to be remembered from one run to the next.
struct QuotaSweep: Sendable {
    let intake: Intake
    let book: StorageBook
    let unclaimed: (any RemovableFiles)?
    /// Deletes what is older than its retention; of events that the centre does not have at most so many.
    let upkeep: @Sendable (_ unconfirmedEvents: Int) async -> Upkeep.Report
    let deletesKept: Bool
    let mustStop: @Sendable () -> Bool
    let logger: Logger

    /// Of which reads something goes.
    enum Part: Sendable {
        /// Those that the centre has, or all where there is none.
        case confirmed
        case unconfirmed

        func name(_ kind: SweepKind) -> String {
            guard self == .unconfirmed else { return kind.rawValue }
            return "unconfirmed_" + (kind == .pictures || kind == .keptPictures ? "pictures" : "thumbnails")
        }
    }

    /// Events that one run takes at most of those that are too old and not at the centre.
    static let unconfirmedEventLimit = 10_000

    /// What one run has done so far.
    struct Progress: Sendable {
        var removed: [SweepRecord.Removed] = []
        var portion = PortionSize()

        /// What was taken of reads that the centre does not have.
        var unconfirmed: [SweepRecord.Removed] { removed.filter { $0.kind.hasPrefix("unconfirmed_") } }

        mutating func note(_ kind: String, _ amount: StorageAmount, _ taken: [SweepCandidate], events: Int) {
            let index = removed.firstIndex { $0.kind == kind } ?? removed.endIndex
            if index == removed.endIndex { removed.append(SweepRecord.Removed(kind: kind)) }
            removed[index].amount += amount
            removed[index].events += events
            for candidate in taken {
                removed[index].oldest = min(removed[index].oldest ?? candidate.capturedAt, candidate.capturedAt)
                removed[index].newest = max(removed[index].newest ?? candidate.capturedAt, candidate.capturedAt)
            }
        }
    }

    /// Runs until at most `target` bytes are in use.
    /// - Parameter progress: what was done, also when it throws.
    /// - Throws: `StoreError`, `MediaError`.
    func run(until target: Int64, _ progress: inout Progress) async throws -> SweepRecord.Outcome {
        // The log of the database swells and shrinks by megabytes, not least by what a sweep writes: that alone is no
        // reason to delete another picture.
        var allowed = target - (book.used() - book.pictureBytes())
        func isDone() -> Bool { book.pictureBytes() <= allowed }
        if isDone() { return .done }
        func take(_ kinds: [SweepKind], _ part: Part) async throws {
            for kind in kinds where !isDone() { try await remove(kind, part, until: allowed, &progress) }
        }
        try await removeUnclaimed(until: allowed, &progress)
        try await take([.pictures, .thumbnails], .confirmed)
        if !isDone(), !mustStop() {
            _ = await upkeep(0)
            allowed = target - (book.used() - book.pictureBytes())
        }
        let kept: [SweepKind] = deletesKept ? [.keptPictures, .keptThumbnails] : []
        try await take(kept, .confirmed)
        try await take([.pictures, .thumbnails] + kept, .unconfirmed)
        if !isDone(), !mustStop(), intake.store.isReplicated {
            let events = await upkeep(Self.unconfirmedEventLimit).unconfirmedEvents
            if events > 0 { progress.note("unconfirmed_events", StorageAmount(), [], events: events) }
            allowed = target - (book.used() - book.pictureBytes())
        }
        if isDone() { return .done }
        return mustStop() ? .stopped : .nothingLeft
    }

    private func removeUnclaimed(until allowed: Int64, _ progress: inout Progress) async throws {
        guard let unclaimed else { return }
        while book.pictureBytes() > allowed, !mustStop() {
            let removed = try await unclaimed.removeOldest(limit: 32)
            guard removed.files > 0 else { return }
            progress.note(Self.unclaimedKind, removed, [], events: 0)
            book.noteSwept(removed.bytes)
        }
    }

    static let unclaimedKind = "unclaimed"

    /// - Parameter allowed: bytes of pictures that may stay.
    private func remove(
        _ kind: SweepKind, _ part: Part, until allowed: Int64, _ progress: inout Progress
    ) async throws {
        var cursor: Int64 = 0
        while !mustStop() {
            // Asked each time: the centre goes on while the sweep runs.
            let free = intake.store.lastFreePicture(kind)
            guard part == .confirmed || free < .max else { return }
            let end = part == .confirmed ? free : .max
            let excess = book.pictureBytes() - allowed
            guard excess > 0 else { return }
            let candidates = try await intake.store.sweepCandidates(
                kind, after: cursor, through: end, limit: min(progress.portion.rows, fitting(excess, kind)))
            guard let last = candidates.last else { return }
            let started = ContinuousClock().now
            do {
                try await remove(candidates, kind, part, through: end, &progress)
                cursor = last.rowID
            } catch let error as StoreError where error.kind == .busy {
                // Senders come first.
                try await Task.sleep(for: .milliseconds(100))
                continue
            } catch let error as MediaError where error.kind == .busy {
                try await Task.sleep(for: .milliseconds(100))
            }
            // The disk and the writer are the senders' for as long again.
            try await Task.sleep(for: min(ContinuousClock().now - started, .milliseconds(250)))
        }
    }

    /// About how many candidates make so much room, by the mean of what is there, so that a small quota is not
    /// overshot.
    private func fitting(_ excess: Int64, _ kind: SweepKind) -> Int {
        let amounts = book.amounts()
        let classes: [StorageClass] =
            kind == .pictures || kind == .keptPictures
            ? [.pictures] : [.thumbnails, .platePictures]
        let sum = classes.reduce(into: StorageAmount()) { $0 += amounts[$1] ?? StorageAmount() }
        let mean = sum.files > 0 ? max(1, sum.bytes / sum.files) : 4_096
        return Int(clamping: max(1, (excess - 1) / mean + 1))
    }

    private func remove(
        _ candidates: [SweepCandidate], _ kind: SweepKind, _ part: Part, through end: Int64,
        _ progress: inout Progress
    ) async throws {
        var locks: Set<String> = []
        for candidate in candidates {
            locks.insert(candidate.eventID)
            if let frameID = candidate.frameID {
                locks.insert(FramePicture.owner(frameID: frameID, capturedAt: candidate.capturedAt))
            }
        }
        // The locks of intake: a repeat that comes between transaction and unlinking would find the file, name it, and
        // lose it (invariant 8).
        let (portion, removed) = try await intake.inFlight.withLocks(locks) {
            let portion = try await intake.store.write { context in
                let started = ContinuousClock().now
                let changed = try context.removePictures(candidates, kind, through: end)
                return Portion(pictures: changed.unnamed, events: changed.events, took: ContinuousClock().now - started)
            }
            return (portion, try await intake.pictures.remove(all: portion.pictures.map(\.path)))
        }
        progress.portion.note(rows: candidates.count, took: portion.took)
        let owners = Dictionary(portion.pictures.map { ($0.path, $0.deviceID) }) { first, _ in first }
        var sum = StorageAmount()
        for file in removed {
            sum += StorageAmount(files: 1, bytes: file.bytes)
            if let device = owners[file.path] { book.note([file], device: device) }
        }
        book.noteSwept(sum.bytes)
        let taken = Set(portion.pictures.map(\.eventID))
        progress.note(part.name(kind), sum, candidates.filter { taken.contains($0.eventID) }, events: portion.events)
    }

    private struct Portion: Sendable {
        let pictures: [UnnamedPicture]
        let events: Int
        let took: Duration
    }
}
