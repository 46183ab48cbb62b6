/// A day of the Gregorian calendar in UTC.
struct CalendarDay: Sendable, Equatable {
    let year: Int
    let month: Int
    let day: Int

    /// The years that fit into four digits; 1970-01-01 … 9999-12-31 in days since 1970.
    private static let accepted: ClosedRange<Int64> = 0...2_932_896

    /// - Parameter microseconds: an instant; one outside 1970…9999 counts as the nearest day inside. Whether an instant
    ///   is plausible is decided at intake; here it only has to give a path.
    init(microsecondsSince1970 microseconds: Int64) {
        let days = Int((microseconds / 86_400_000_000).clamped(to: Self.accepted))
        // Years are counted from 1 March, so that the leap day is the last of its year, in cycles of 400 years
        // (146,097 days); 719,468 days lie between 0000-03-01 and 1970-01-01.
        let shifted = days + 719_468
        let cycle = shifted / 146_097
        let dayOfCycle = shifted % 146_097
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0)
    }

    /// `YYYY/MM/DD`.
    var path: String { "\(padded(year, to: 4))/\(padded(month, to: 2))/\(padded(day, to: 2))" }

    private func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Comparable {
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}
