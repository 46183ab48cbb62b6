import Domain
import Media
public import Store

/// What a sweep would remove, without removing anything.
public struct SweepPlan: Sendable {
    /// Bytes in use now, and those that would be left at most.
    public let used: Int64
    public let target: Int64
    public let removed: [SweepRecord.Removed]
    /// Whether that reaches the target.
    public let isEnough: Bool
    /// False when so much would go that the look ended before.
    public let isComplete: Bool

    /// Events looked at (invariant 5): a few seconds.
    static let eventLimit = 200_000
}

extension QuotaSweep {
    /// Looks at what `run` would take. It reads and measures files, and writes nothing.
    func plan(until target: Int64) async throws -> SweepPlan {
        let used = book.used()
        var progress = Progress()
        var left = used - target
        var looks = 0
        if left > 0, let amount = try await unclaimed?.amount(), amount.files > 0 {
            progress.note(Self.unclaimedKind, amount, [], events: 0)
            left -= amount.bytes
        }
        for pass in Pass.all where pass.group == .others || deletesKept {
            let free = pass.lastFree(intake.store)
            guard pass.part == .confirmed || free < .max else { continue }
            var cursor = pass.part == .confirmed ? 0 : free
            let end = pass.part == .confirmed ? free : .max
            // The common picture of a frame is named by rows that stand together.
            var recent: Set<String> = []
            while left > 0, looks < SweepPlan.eventLimit {
                let candidates = try await intake.store.sweepCandidates(
                    pass.source, after: cursor, through: end, limit: 500)
                guard let last = candidates.last else { break }
                cursor = last.rowID
                looks += candidates.count
                let paths = candidates.map { candidate in
                    (pass.isOfFollowers ? candidate.followers : candidate.paths).filter { !recent.contains($0) }
                }
                let sizes = try await intake.pictures.sizes(of: paths.flatMap { $0 })
                var measured = zip(paths.flatMap { $0 }, sizes).reduce(into: [String: Int64]()) { $0[$1.0] = $1.1 }
                recent.removeAll(keepingCapacity: true)
                for (candidate, paths) in zip(candidates, paths) where left > 0 {
                    var amount = StorageAmount()
                    for path in paths {
                        recent.insert(path)
                        // Zero when another row of the page has named it already, or when it is gone.
                        guard let bytes = measured.removeValue(forKey: path), bytes > 0 else { continue }
                        amount += StorageAmount(files: 1, bytes: bytes)
                    }
                    left -= amount.bytes
                    progress.note(pass.part.name(pass.kind), amount, [candidate], events: 1)
                }
            }
        }
        return SweepPlan(
            used: used, target: target, removed: progress.removed, isEnough: left <= 0,
            isComplete: looks < SweepPlan.eventLimit)
    }
}

/// One look over candidates. The thumbnails of pictures that would go are found by the rows that still name those.
private struct Pass {
    enum Group { case others, kept }

    let group: Group
    let kind: SweepKind
    let source: SweepKind
    var part = QuotaSweep.Part.confirmed

    var isOfFollowers: Bool { kind != source }

    /// The last row that may lose both what goes and what it follows.
    func lastFree(_ store: Store) -> Int64 { min(store.lastFreePicture(kind), store.lastFreePicture(source)) }

    private static let confirmed = [
        Pass(group: .others, kind: .pictures, source: .pictures),
        Pass(group: .others, kind: .thumbnails, source: .thumbnails),
        Pass(group: .others, kind: .thumbnails, source: .pictures),
        Pass(group: .kept, kind: .keptPictures, source: .keptPictures),
        Pass(group: .kept, kind: .keptThumbnails, source: .keptThumbnails),
        Pass(group: .kept, kind: .keptThumbnails, source: .keptPictures),
    ]

    static let all =
        confirmed
        + confirmed.map { Pass(group: $0.group, kind: $0.kind, source: $0.source, part: .unconfirmed) }
}
