import Domain

/// `YYYYMMDDTHHMMSSZ`, which sorts by time.
enum BackupName {
    private static let schemaMark = "-schema-"

    static func stamp(_ instant: Instant) -> String {
        // `2026-11-23T01:00:00.123Z`, without its punctuation and its fraction.
        let digits = instant.rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" }
        return digits + "Z"
    }

    static func file(_ instant: Instant) -> String { "appliance-\(stamp(instant)).sqlite" }

    /// The copy that a migration begins with.
    static func file(_ instant: Instant, schema: String) -> String {
        "appliance-\(stamp(instant))\(schemaMark)\(schema).sqlite"
    }

    /// Which schema the copy has that a migration began with; nil for any other backup.
    static func schema(ofFile path: String) -> String? {
        guard path.hasSuffix(".sqlite"), let mark = path.ranges(of: schemaMark).last else { return nil }
        let schema = path[mark.upperBound...].dropLast(".sqlite".count)
        return schema.utf8.count == 3 && schema.utf8.allSatisfy { (48...57).contains($0) } ? String(schema) : nil
    }
}
