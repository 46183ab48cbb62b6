import Domain

/// A moment as the cameras write it: ISO 8601 with or without a zone, or seconds, milliseconds or microseconds since
/// 1970 as a number or as digits.
enum CameraTime {
    /// - Parameter zone: of times without one.
    /// - Returns: nil when it is no time.
    static func instant(_ value: JSONValue, zone: TimeZoneRules) -> Instant? {
        guard let sent = FieldMembers.text(value), sent.utf8.count <= 64 else { return nil }
        let text = FieldMembers.line(sent)
        return sinceEpoch(text) ?? written(text, zone: zone)
    }

    private static func sinceEpoch(_ text: String) -> Instant? {
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E }), let number = Double(text) else {
            return nil
        }
        // Seconds have ten digits until the year 2286, milliseconds thirteen, microseconds sixteen.
        let scale: Double? =
            switch number {
            case 1e8..<1e11: 1_000_000
            case 1e11..<1e14: 1_000
            case 1e14..<1e17: 1
            default: nil
            }
        return scale.map { Instant(microseconds: Int64(number * $0)) }
    }

    private static func written(_ text: String, zone: TimeZoneRules) -> Instant? {
        // YYYY-MM-DD T hh:mm
        var time = Array(text.utf8)
        guard time.count >= 16 else { return nil }
        for place in time.indices where time[place] == UInt8(ascii: ",") { time[place] = UInt8(ascii: ".") }
        for place in [4, 7] where time[place] == UInt8(ascii: "/") { time[place] = UInt8(ascii: "-") }
        let suffix = time[16...].firstIndex { [UInt8(ascii: "Z"), UInt8(ascii: "z"), 0x2B, 0x2D].contains($0) }
        var offset = suffix.map { String(decoding: time[$0...], as: UTF8.self) } ?? ""
        time = Array(time[..<(suffix ?? time.endIndex)])
        for name in ["UTC", "GMT"] where time.suffix(3).elementsEqual(name.utf8) {
            time.removeLast(3)
            offset = "Z"
        }
        while time.last == 0x20 { time.removeLast() }
        if time.count == 16 { time += Array(":00".utf8) }
        if time.count > 29 { time.removeLast(time.count - 29) }
        // +07 and +0700 are ISO 8601, but not RFC 3339.
        if offset.utf8.count == 3 { offset += ":00" }
        if offset.utf8.count == 5 { offset.insert(":", at: offset.index(offset.startIndex, offsetBy: 3)) }
        let isNaive = offset.isEmpty
        let parsed = Instant(rfc3339: String(decoding: time, as: UTF8.self) + (isNaive ? "Z" : offset))
        return isNaive ? parsed.map(zone.instant(ofLocal:)) : parsed
    }
}
