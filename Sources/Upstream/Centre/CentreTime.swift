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
        put(year, 4, &bytes)
        bytes.append(UInt8(ascii: "-"))
        put(date.month, 2, &bytes)
        bytes.append(UInt8(ascii: "-"))
        put(date.day, 2, &bytes)
        bytes.append(UInt8(ascii: " "))
        put(date.hour, 2, &bytes)
        bytes.append(UInt8(ascii: ":"))
        put(date.minute, 2, &bytes)
        bytes.append(UInt8(ascii: ":"))
        put(date.second, 2, &bytes)
        if date.microsecond != 0 {
            bytes.append(UInt8(ascii: "."))
            put(date.microsecond, 6, &bytes)
        }
        bytes.append(contentsOf: date.year > 0 ? "+00".utf8 : "+00 BC".utf8)
    }

    private static func put(_ value: Int, _ digits: Int, _ bytes: inout [UInt8]) {
        var divisor = 1
        var count = 1
        while count < digits || value / divisor >= 10 {
            divisor *= 10
            count += 1
        }
        while divisor > 0 {
            bytes.append(UInt8(truncatingIfNeeded: 48 + value / divisor % 10))
            divisor /= 10
        }
    }

    /// An instant that the server wrote, in a session whose zone is UTC.
    static func instant(_ text: String) -> Instant? {
        let isRFC3339 = text.hasSuffix("+00")
        return Instant(rfc3339: isRFC3339 ? text.dropLast(3) + "Z" : text)
    }
}
