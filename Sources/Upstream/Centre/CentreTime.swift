import Domain

/// Instants as PostgreSQL writes and reads them, in UTC: `2026-11-27 01:02:03.000456+00`, with ` BC` before year 1.
///
/// The whole range of `Instant` is written; what lies beyond the range of PostgreSQL (4713 BC to 294276) is refused by
/// the server, as a bad row.
enum CentreTime {
    static func text(_ instant: Instant) -> String {
        var bytes: [UInt8] = []
        append(instant, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func append(_ instant: Instant, to bytes: inout [UInt8]) {
        let date = CivilDate(instant)
        // There is no year 0: the year before 1 is 1 BC.
        let year = date.year > 0 ? date.year : 1 - date.year
        if year < 10_000 {
            pair(year / 100, &bytes)
            pair(year % 100, &bytes)
        } else {
            bytes.append(contentsOf: "\(year)".utf8)
        }
        bytes.append(UInt8(ascii: "-"))
        pair(date.month, &bytes)
        bytes.append(UInt8(ascii: "-"))
        pair(date.day, &bytes)
        bytes.append(UInt8(ascii: " "))
        pair(date.hour, &bytes)
        bytes.append(UInt8(ascii: ":"))
        pair(date.minute, &bytes)
        bytes.append(UInt8(ascii: ":"))
        pair(date.second, &bytes)
        if date.microsecond != 0 {
            bytes.append(UInt8(ascii: "."))
            pair(date.microsecond / 10_000, &bytes)
            pair(date.microsecond / 100 % 100, &bytes)
            pair(date.microsecond % 100, &bytes)
        }
        bytes.append(contentsOf: date.year > 0 ? "+00".utf8 : "+00 BC".utf8)
    }

    /// Two digits. An event has five instants, and dividing by constants is what makes them quick.
    private static func pair(_ value: Int, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: 48 + value / 10))
        bytes.append(UInt8(truncatingIfNeeded: 48 + value % 10))
    }

    /// An instant that the server wrote, in a session whose zone is UTC.
    static func instant(_ text: String) -> Instant? {
        let isRFC3339 = text.hasSuffix("+00")
        return Instant(rfc3339: isRFC3339 ? text.dropLast(3) + "Z" : text)
    }
}
