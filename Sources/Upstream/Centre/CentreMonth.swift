import Domain

/// A month of capture, UTC, that needs a partition. What lies outside of 2010 to 2059 needs none.
struct CentreMonth: Sendable, Hashable, Comparable {
    /// Months since year 0.
    let number: Int

    init(number: Int) { self.number = number }

    init?(_ instant: Instant) {
        guard Self.range.contains(instant) else { return nil }
        let date = CivilDate(instant)
        number = date.year * 12 + date.month - 1
    }

    private static let range =
        CivilDate(year: 2010, month: 1, day: 1).instant..<CivilDate(year: 2060, month: 1, day: 1).instant

    static func < (left: CentreMonth, right: CentreMonth) -> Bool { left.number < right.number }

    var next: CentreMonth { CentreMonth(number: number + 1) }

    /// `2026-11-01`
    var firstDay: String {
        let month = number % 12 + 1
        return "\(number / 12)-\(month < 10 ? "0" : "")\(month)-01"
    }
}
