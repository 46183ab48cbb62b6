import Domain

/// `YYYYMMDDTHHMMSSZ`, which sorts by time.
enum BackupName {
    static func stamp(_ instant: Instant) -> String {
        // `2026-11-23T01:00:00.123Z`, without its punctuation and its fraction.
        let digits = instant.rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" }
        return digits + "Z"
    }

    static func file(_ instant: Instant) -> String { "appliance-\(stamp(instant)).sqlite" }
}
