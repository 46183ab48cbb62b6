/// The rule by which clocks change each year, in the form of the TZ variable (POSIX.1, with the wider hours of RFC 9636):
/// `<+07>-7`, `CET-1CEST,M3.5.0,M10.5.0/3`.
struct RecurringZoneRule: Sendable, Hashable {
    /// Seconds ahead of UTC.
    private let standard: Int
    private let summer: Summer?

    private struct Summer: Sendable, Hashable {
        let offset: Int
        let begin: Change
        let end: Change
    }

    private struct Change: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// The nth weekday of a month; 5 is the last, weekday 0 is Sunday.
            case weekday(month: Int, week: Int, weekday: Int)
            /// 1…365, never the 29th of February.
            case withoutLeapDay(Int)
            /// 0…365.
            case ofYear(Int)
        }

        let day: Day
        /// Seconds after local midnight; may be negative.
        let time: Int

        /// Seconds since 1970 on the local clock.
        func localTime(in year: Int) -> Int64 {
            let days: Int
            switch day {
            case .weekday(let month, let week, let weekday):
                let first = CivilDate(year: year, month: month, day: 1).dayNumber
                // 1970-01-01 was a Thursday.
                let shift = ((weekday - (first + 4)) % 7 + 7) % 7
                var day = shift + (week - 1) * 7
                if day >= CivilDate.daysIn(month: month, year: year) { day -= 7 }
                days = first + day
            case .withoutLeapDay(let number):
                let isAfterLeapDay = number >= 60 && CivilDate.daysIn(month: 2, year: year) == 29
                days = CivilDate(year: year, month: 1, day: 1).dayNumber + number - (isAfterLeapDay ? 0 : 1)
            case .ofYear(let number):
                days = CivilDate(year: year, month: 1, day: 1).dayNumber + number
            }
            return Int64(days) * 86_400 + Int64(time)
        }
    }

    func offset(at seconds: Int64) -> Int {
        guard let summer else { return standard }
        // Beyond this, the calendar's numbers overflow; no clock says so.
        guard abs(seconds) < 1 << 40 else { return standard }
        let year = CivilDate(Instant(seconds: seconds + Int64(standard))).year
        let begin = summer.begin.localTime(in: year) - Int64(standard)
        let end = summer.end.localTime(in: year) - Int64(summer.offset)
        // South of the equator summer goes over the turn of the year.
        let isSummer = begin < end ? seconds >= begin && seconds < end : seconds >= begin || seconds < end
        return isSummer ? summer.offset : standard
    }

    /// Nil when the text is none.
    init?(_ text: some Collection<UInt8>) {
        guard text.count <= 128 else { return nil }
        var reader = Reader(rest: Array(text)[...])
        guard reader.name(), let west = reader.time(hours: 24) else { return nil }
        standard = -west
        guard !reader.isAtEnd else {
            summer = nil
            return
        }
        guard reader.name() else { return nil }
        var offset = standard + 3_600
        if !reader.isNext(",") {
            guard let west = reader.time(hours: 24) else { return nil }
            offset = -west
        }
        guard reader.take(","), let begin = reader.change(), reader.take(","), let end = reader.change(),
            reader.isAtEnd
        else { return nil }
        summer = Summer(offset: offset, begin: begin, end: end)
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        var isAtEnd: Bool { rest.isEmpty }

        func isNext(_ character: Unicode.Scalar) -> Bool { rest.first.map(UInt32.init) == character.value }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard isNext(character) else { return false }
            rest.removeFirst()
            return true
        }

        /// Letters, or anything between angle brackets.
        mutating func name() -> Bool {
            if take("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix(4).prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(digits.count)
            let value = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
            return digits.isEmpty || !range.contains(value) ? nil : value
        }

        /// `[+-]hh[:mm[:ss]]` as seconds.
        mutating func time(hours limit: Int) -> Int? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard let hours = number(0...limit) else { return nil }
            var seconds = hours * 3_600
            for unit in [60, 1] where take(":") {
                guard let value = number(0...59) else { return nil }
                seconds += value * unit
            }
            return isNegative ? -seconds : seconds
        }

        mutating func change() -> Change? {
            let day: Change.Day
            if take("M") {
                guard let month = number(1...12), take("."), let week = number(1...5), take("."),
                    let weekday = number(0...6)
                else { return nil }
                day = .weekday(month: month, week: week, weekday: weekday)
            } else if take("J") {
                guard let number = number(1...365) else { return nil }
                day = .withoutLeapDay(number)
            } else {
                guard let number = number(0...365) else { return nil }
                day = .ofYear(number)
            }
            guard take("/") else { return Change(day: day, time: 7_200) }
            return time(hours: 167).map { Change(day: day, time: $0) }
        }
    }
}
