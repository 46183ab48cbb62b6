public import Domain
public import Media
import Store
import Synchronization

/// How the disk is used, as the page, the API and the command show it.
public struct StorageReport: Sendable {
    public let amounts: [StorageClass: StorageAmount]
    /// Bytes in use.
    public let used: Int64
    /// False until all files have been counted since the start.
    public let isCounted: Bool
    public let disk: DiskSpace?
    public let marks: StorageMarks?
    public let reserve: Int64
    public let refusesPictures: Bool
    /// Pictures of kept events, about.
    public let kept: StorageAmount
    /// What may not be deleted to make room, bytes, about.
    public let fixed: Int64
    /// Bytes; nil while too little is known, see `StorageHistory.growthPerDay`.
    public let growthPerDay: Int64?
    /// Until the high mark, at that growth; nil when it is not known or nothing grows.
    public let daysUntilHigh: Double?
    public let isSweeping: Bool
    public let state: Level
    /// What is wrong and what would help; nil when all is well.
    public let problem: Problem?

    public struct Problem: Sendable {
        /// A word that stays the same, for the page.
        public let code: String
        public let text: String

        init(_ code: String, _ text: String) {
            self.code = code
            self.text = text
        }
    }

    public enum Level: Sendable {
        case ok, warning, refusing
    }
}

extension StorageKeeper {
    /// What may not be deleted may take this share of the limit before somebody is told, percent.
    static let fixedWarningPercent: Int64 = 70

    /// How it is now; nothing is read from the disk or the database for it.
    public func report() -> StorageReport {
        let known = state.withLock { $0 }
        let amounts = book.amounts()
        let used = amounts.values.reduce(Int64(0)) { $0 + $1.bytes }
        let marks = space.marks()?.marks
        let deletable = [StorageClass.pictures, .platePictures, .thumbnails].reduce(Int64(0)) {
            $0 + (amounts[$1]?.bytes ?? 0)
        }
        let kept = space.quota.deletesKept ? 0 : min(known.kept.bytes, deletable)
        let fixed = used - (marks?.sweeps == true ? deletable - kept : 0)
        let refuses = space.refusesPictures
        var days: Double?
        if let growth = known.growthPerDay, growth > 0, let marks {
            days = max(0, Double(marks.high - used)) / Double(growth)
        }
        let (level, problem) = judge(
            marks, used: used, fixed: fixed, refuses: refuses, nothingLeft: known.lastOutcome == .nothingLeft,
            hasLost: hasLostUnconfirmed, days: days)
        return StorageReport(
            amounts: amounts, used: used, isCounted: book.isCounted, disk: space.space(), marks: marks,
            reserve: space.reserve, refusesPictures: refuses, kept: known.kept, fixed: fixed,
            growthPerDay: known.growthPerDay, daysUntilHigh: days, isSweeping: known.isRunning || known.isWanted,
            state: level, problem: problem)
    }

    private static let advice =
        "raise storage.quota, use a larger disk, remove old backups, or take the keep mark from events"

    private func judge(
        _ marks: StorageMarks?, used: Int64, fixed: Int64, refuses: Bool, nothingLeft: Bool,
        hasLost: Bool, days: Double?
    ) -> (StorageReport.Level, StorageReport.Problem?) {
        func warning(_ code: String, _ text: String) -> (StorageReport.Level, StorageReport.Problem?) {
            (.warning, StorageReport.Problem(code, text))
        }
        let more = "free space, use a larger disk, or set storage.quota"
        guard let marks else { return warning("unreadable", "the free space cannot be read") }
        if refuses {
            let advice = marks.sweeps ? Self.advice : more
            return (
                .refusing,
                StorageReport.Problem("refused", "there is no room for pictures: they are refused; \(advice)")
            )
        }
        if hasLost {
            return warning(
                "unconfirmed_removed",
                "what the central database does not have yet was deleted, because nothing else was left; "
                    + "mend the connection to it, or use a larger disk")
        }
        guard marks.sweeps else {
            if used > marks.high { return warning("nearly_full", "little room is left for pictures; \(more)") }
            if let days, days < 7 { return warning("full_soon", "the disk is full in less than a week; \(more)") }
            return (.ok, nil)
        }
        if nothingLeft, used > marks.high {
            return warning("nothing_left", "nothing more may be deleted to make room; \(Self.advice)")
        }
        if fixed > marks.limit / 100 * Self.fixedWarningPercent {
            return warning(
                "mostly_fixed",
                "more than \(Self.fixedWarningPercent) % of the room is taken by what may not be deleted; "
                    + Self.advice)
        }
        return (.ok, nil)
    }
}
