public import Domain
import Logging
import Media
public import Store
import Synchronization

/// Finds and mends what does not fit together: files that no row names, and rows that name no file.
///
/// A crash between the rename of a picture and the commit of its row leaves a file (invariant 8); a disk that lost one,
/// or a restored database, leaves a row.
///
/// 1. A file goes only when no row of any table names it and it is older than the grace time: a picture is stored
///    before it is named, and storing it again renews its age.
/// 2. A row is mended only when its picture is still missing under the locks under which pictures are stored, and only
///    when few are missing: an unmounted disk has lost nothing.
/// 3. Everything goes in small pieces: a page of rows, a piece of a folder, one row to mend at a time.
public final class PictureSweep: Sendable {
    public struct Report: Sendable, Equatable {
        /// When it ended.
        public internal(set) var at: Instant
        /// Pictures that rows name.
        public internal(set) var named = 0
        /// Of these, not there when it began.
        public internal(set) var missing = 0
        /// Rows that name them no longer.
        public internal(set) var mended = 0
        /// Files that no row named.
        public internal(set) var removed = 0
        /// Why nothing was mended, or what went wrong; for people.
        public internal(set) var problem: String?
    }

    /// The most rows that are mended in one run, and the most files that are held as doubtful.
    static let portion = 10_000
    /// Missing pictures up to here are mended however few there are in all.
    static let fewMissing = 3

    private let intake: Intake
    private let tables: [any PictureNaming]
    private let grace: Duration
    private let state = Mutex<Report?>(nil)

    /// - Parameters:
    ///   - tables: all tables that may name pictures.
    ///   - grace: files that are younger are left alone.
    public init(
        _ intake: Intake, tables: [any PictureNaming] = [EventPictures(), FilePictures()],
        grace: Duration = .seconds(3_600)
    ) {
        self.intake = intake
        self.tables = tables
        self.grace = grace
    }

    /// What the last run found; nil before the first.
    public var last: Report? { state.withLock { $0 } }

    /// Runs once. Runs must not overlap.
    @discardableResult
    public func run() async -> Report {
        var report = Report(at: intake.now)
        do {
            try await mendRows(&report)
            // Without its folders the disk is not there, and nothing can be said about files either.
            if report.problem == nil { try await removeFiles(&report) }
        } catch is CancellationError {
            report.problem = report.problem ?? "it was stopped before its end"
        } catch {
            report.problem = "the sweep of pictures failed: \(error)"
        }
        report.at = intake.now
        let done = report
        state.withLock { $0 = done }
        let metadata: Logger.Metadata = [
            "named": "\(done.named)", "missing": "\(done.missing)", "mended": "\(done.mended)",
            "removed": "\(done.removed)",
        ]
        if let problem = done.problem {
            intake.logger.warning("\(problem)", metadata: metadata)
        } else {
            intake.logger.info("pictures and events were compared", metadata: metadata)
        }
        return done
    }

    // MARK: Rows that name no file

    private func mendRows(_ report: inout Report) async throws {
        var lost: [NamedPictures] = []
        var cursor: EventCursor? = Self.beginning
        while let from = cursor {
            try Task.checkCancellation()
            let (page, next) = try await intake.store.namedPictures(after: from, until: nil)
            let missing = try await intake.pictures.missing(among: page.flatMap(\.paths))
            for row in page {
                report.named += row.paths.count
                let count = row.paths.count { missing.contains($0) }
                report.missing += count
                if count > 0, lost.count < Self.portion { lost.append(row) }
            }
            cursor = next
        }
        guard report.missing > 0 else { return }
        let isUnmounted = try await intake.pictures.days().isEmpty
        guard !isUnmounted, report.missing <= Self.fewMissing || report.missing * 10 <= report.named else {
            report.problem =
                "\(report.missing) of \(report.named) pictures are missing; nothing was changed: check that the disk "
                + "with images/ is mounted"
            return
        }
        for row in lost {
            try Task.checkCancellation()
            if try await mend(row) { report.mended += 1 }
        }
    }

    private func mend(_ row: NamedPictures) async throws -> Bool {
        let owner = row.frameID.map { FramePicture.owner(frameID: $0, capturedAt: row.capturedAt) }
        return try await intake.inFlight.withLocks(Set([row.eventID, owner].compactMap { $0 })) {
            let missing = try await intake.pictures.missing(among: row.paths)
            guard !missing.isEmpty else { return false }
            let isMended = try await intake.store.write { context in
                try context.forgetPictures(missing, rowID: row.rowID, by: "sweep")
            }
            if isMended {
                intake.logger.warning(
                    "the picture of an event is gone",
                    metadata: ["event": "\(row.eventID)", "pictures": "\(missing.sorted())"])
            }
            return isMended
        }
    }

    // MARK: Files that no row names

    private func removeFiles(_ report: inout Report) async throws {
        let limit = intake.now - grace
        var doubtful: Set<String> = []
        for day in try await intake.pictures.days() {
            let named = try await hashesOfNamed(on: day)
            let listing: PictureListing
            do {
                listing = try await intake.pictures.listing(of: day)
            } catch let error as MediaError where error.kind == .missing {
                continue
            }
            while true {
                try Task.checkCancellation()
                let paths = try await listing.next(1_000)
                guard !paths.isEmpty else { break }
                doubtful.formUnion(paths.filter { !named.contains($0.hashValue) })
                if doubtful.count >= Self.portion {
                    report.removed += try await remove(doubtful, untouchedSince: limit)
                    doubtful = []
                }
            }
        }
        report.removed += try await remove(doubtful, untouchedSince: limit)
    }

    /// What the rows of a day name, as hashes: 8 bytes a picture. Two that share one keep a file that could go.
    private func hashesOfNamed(on day: PictureDay) async throws -> Set<Int> {
        var named: Set<Int> = []
        var cursor: EventCursor? = EventCursor(capturedAt: day.start - .microseconds(1), rowID: .max)
        while let from = cursor {
            try Task.checkCancellation()
            let (page, next) = try await intake.store.namedPictures(
                after: from, until: day.start + .seconds(86_400))
            for row in page {
                for path in row.paths { named.insert(path.hashValue) }
                if let path = row.thumbnailOf { named.insert(path.hashValue) }
            }
            cursor = next
        }
        return named
    }

    /// A row of another day may name a file, so all rows of all tables are asked about those that are left.
    private func remove(_ doubtful: Set<String>, untouchedSince limit: Instant) async throws -> Int {
        var unnamed = doubtful
        for table in tables {
            var cursor: Int64? = 0
            while let from = cursor, !unnamed.isEmpty {
                try Task.checkCancellation()
                let paths = unnamed
                (unnamed, cursor) = try await intake.store.read { database in
                    var left = paths
                    let next = try table.takeNamed(from: &left, after: from, database)
                    return (left, next)
                }
            }
        }
        var removed = 0
        for path in unnamed.sorted() {
            try Task.checkCancellation()
            let count = try await intake.pictures.removeOrphan(path, untouchedSince: limit)
            if count > 0 {
                removed += count
                intake.logger.notice("removed a picture that no event names", metadata: ["path": "\(path)"])
            }
        }
        return removed
    }

    private static let beginning = EventCursor(capturedAt: Instant(microseconds: .min), rowID: 0)
}

/// When the sweep runs: at the start, and every night.
public struct SweepSchedule: Sendable {
    /// The hour of the site's clocks at which it runs.
    static let hour = 3

    private let zone: TimeZoneRules

    public init(zone: TimeZoneRules) { self.zone = zone }

    /// The next time that the clocks of the site show three in the night.
    public func next(after now: Instant) -> Instant {
        let today = zone.startOfDay(now) + .seconds(Self.hour * 3_600)
        return today > now ? today : zone.startOfDay(now + .seconds(86_400)) + .seconds(Self.hour * 3_600)
    }
}
