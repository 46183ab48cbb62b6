/// Durations as a person writes them: `"90s"`, `"15m"`, `"24h"`, `"7d"`, `"0ms"`.
enum DurationText {
    /// The units of time that a configuration may use; a day is 24 hours.
    enum Unit: String, Sendable, CaseIterable {
        case milliseconds = "ms"
        case seconds = "s"
        case minutes = "m"
        case hours = "h"
        case days = "d"

        /// The word that documentation uses.
        var name: String { String(describing: self) }

        fileprivate var millisecondCount: Int {
            switch self {
            case .milliseconds: 1
            case .seconds: 1_000
            case .minutes: 60_000
            case .hours: 3_600_000
            case .days: 86_400_000
            }
        }
    }

    /// Parses a whole number with a unit.
    ///
    /// - Parameter plainUnit: The unit of a number that stands alone.
    /// - Returns: `nil` when there is no such unit, a sign, a fraction, or more time than 64 bits of milliseconds hold.
    static func parse(_ text: some StringProtocol, plainUnit: Unit) -> Duration? {
        guard let (number, suffix) = QuantityText.split(text) else { return nil }
        guard let unit = suffix.isEmpty ? plainUnit : Unit(rawValue: suffix) else { return nil }
        let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit.millisecondCount)
        return overflow ? nil : .milliseconds(milliseconds)
    }

    /// The shortest exact text in whole milliseconds; what is below a millisecond is cut off.
    ///
    /// - Parameter zeroUnit: The unit that is written behind a zero.
    static func text(_ duration: Duration, zeroUnit: Unit) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
        guard milliseconds != 0 else { return "0\(zeroUnit.rawValue)" }
        let unit = Unit.allCases.last { milliseconds.isMultiple(of: $0.millisecondCount) } ?? .milliseconds
        return "\(milliseconds / unit.millisecondCount)\(unit.rawValue)"
    }
}
