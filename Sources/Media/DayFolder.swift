import Domain

/// The folder of a day, UTC: `YYYY/MM/DD`.
enum DayFolder {
    /// 1970-01-01T00:00:00Z … 9999-12-31T00:00:00Z: the years that fit into four digits.
    private static let accepted: ClosedRange<Int64> = 0...253_402_214_400_000_000

    /// - Parameter microseconds: an instant since 1970; one outside 1970…9999 counts as the nearest day inside. Whether
    ///   an instant is plausible is decided at intake; here it only has to give a path.
    static func path(microsecondsSince1970 microseconds: Int64) -> String {
        let clamped = min(max(microseconds, accepted.lowerBound), accepted.upperBound)
        let date = CivilDate(Instant(microseconds: clamped))
        return "\(padded(date.year, to: 4))/\(padded(date.month, to: 2))/\(padded(date.day, to: 2))"
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
