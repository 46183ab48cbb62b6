/// Text form of instants: RFC 3339, `2026-11-23T08:00:00.123456+07:00`.
extension Instant {
    /// Parses RFC 3339 with a zone (`Z` or `±hh:mm`), 0 to 9 fraction digits (below a microsecond is cut off),
    /// `T`, `t` or a space between date and time. A leap second (`:60`) is read as the next second.
    /// Years 1 to 9999. Anything else is nil.
    public init?(rfc3339 text: String) {
        var text = text
        let parsed = text.withUTF8 { bytes -> Int64? in
            var reader = RFC3339Reader(bytes: bytes)
            return reader.read()
        }
        guard let parsed else { return nil }
        self.init(microseconds: parsed)
    }

    /// RFC 3339 in UTC with milliseconds, or microseconds where there are any: `2026-11-23T01:00:00.123Z`.
    public var rfc3339: String {
        String(unsafeUninitializedCapacity: 27) { buffer in
            let date = CivilDate(self)
            var position = 0
            func put(_ value: Int, digits: Int) {
                var rest = value
                for index in stride(from: digits - 1, through: 0, by: -1) {
                    buffer[position + index] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                    rest /= 10
                }
                position += digits
            }
            func put(_ scalar: Unicode.Scalar) {
                buffer[position] = UInt8(truncatingIfNeeded: scalar.value)
                position += 1
            }
            put(max(0, min(9999, date.year)), digits: 4)
            put("-")
            put(date.month, digits: 2)
            put("-")
            put(date.day, digits: 2)
            put("T")
            put(date.hour, digits: 2)
            put(":")
            put(date.minute, digits: 2)
            put(":")
            put(date.second, digits: 2)
            put(".")
            if date.microsecond % 1_000 == 0 {
                put(date.microsecond / 1_000, digits: 3)
            } else {
                put(date.microsecond, digits: 6)
            }
            put("Z")
            return position
        }
    }
}

/// `YYYY-MM-DD (T|t| ) hh:mm:ss [. 1*9 digits] (Z|z|±hh:mm)`
private struct RFC3339Reader {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func read() -> Int64? {
        guard bytes.count >= 20, bytes.count <= 40,
            let year = number(4), year >= 1, take("-"),
            let month = number(2), (1...12).contains(month), take("-"),
            let day = number(2), (1...CivilDate.daysIn(month: month, year: year)).contains(day),
            take("T") || take("t") || take(" "),
            let hour = number(2), hour < 24, take(":"),
            let minute = number(2), minute < 60, take(":"),
            let second = number(2), second <= 60,
            let fraction = fraction(),
            let offset = offsetMinutes(), position == bytes.count
        else { return nil }
        let date = CivilDate(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: fraction)
        return date.instant.microseconds - Int64(offset) * 60_000_000
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard position < bytes.count, UInt32(bytes[position]) == scalar.value else { return false }
        position += 1
        return true
    }

    private mutating func number(_ digits: Int) -> Int? {
        guard position + digits <= bytes.count else { return nil }
        var value = 0
        for index in position..<position + digits {
            guard bytes[index] >= 48, bytes[index] <= 57 else { return nil }
            value = value * 10 + Int(bytes[index] - 48)
        }
        position += digits
        return value
    }

    private mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        var value = 0
        var digits = 0
        while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
            if digits < 6 { value = value * 10 + Int(bytes[position] - 48) }
            digits += 1
            position += 1
        }
        guard (1...9).contains(digits) else { return nil }
        for _ in min(digits, 6)..<6 { value *= 10 }
        return value
    }

    private mutating func offsetMinutes() -> Int? {
        if take("Z") || take("z") { return 0 }
        let isNegative: Bool
        if take("+") { isNegative = false } else if take("-") { isNegative = true } else { return nil }
        guard let hours = number(2), hours < 24, take(":"), let minutes = number(2), minutes < 60 else { return nil }
        return (isNegative ? -1 : 1) * (hours * 60 + minutes)
    }
}
