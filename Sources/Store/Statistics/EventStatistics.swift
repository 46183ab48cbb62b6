public import Domain
public import GRDB

/// What was read within one hour or day.
public struct EventStatistics: Sendable, Hashable {
    public enum Unit: String, Sendable, CaseIterable {
        case hour
        case day

        var length: Int64 {
            switch self {
            case .hour: 3_600_000_000
            case .day: 86_400_000_000
            }
        }
    }

    /// When the hour or day begins.
    public let start: Instant
    public let events: Int
    /// Events in which a plate was read.
    public let withPlate: Int
    /// Different plates by their normalised key. The province, the weakest line of a plate, does not tell them apart.
    public let uniquePlates: Int
    /// 0…1, of those events that have one; nil when none has.
    public let meanConfidence: Double?

    /// The share of events in which a plate was read, 0…1; nil without events.
    public var readRate: Double? { events > 0 ? Double(withPlate) / Double(events) : nil }

    /// The most hours or days of one answer.
    public static let bucketLimit: Int64 = 2_000

    /// Counts the events of a range by hour or day of capture; hours and days without events are there with zeros.
    ///
    /// Each one is counted by itself over its part of the index: grouping the whole range would sort all of its rows.
    /// - Parameters:
    ///   - from: the first instant that counts. What came before it in the first hour or day does not count.
    ///   - to: the first instant that no longer counts.
    ///   - device: counts the events of this device alone.
    ///   - zoneOffset: how far the site's clocks are ahead of UTC, seconds, -86,400…86,400; days begin at its midnight.
    /// - Throws: `FieldError` when the range is empty or has more than `bucketLimit` hours or days.
    public static func buckets(
        unit: Unit, from: Instant, to: Instant, device: String? = nil, zoneOffset: Int = 0, _ database: Database
    ) throws -> [EventStatistics] {
        guard from < to else {
            throw FieldError("to", "is \(to.rfc3339), not after from, \(from.rfc3339)")
        }
        guard to.since(from) <= .microseconds(unit.length * bucketLimit) else {
            throw FieldError(
                "from", "is more than \(bucketLimit) \(unit.rawValue)s before to; ask for a shorter range or for days")
        }
        // ±36,000 years; keeps the sums below from overflowing.
        guard from.microseconds > -(1 << 60), to.microseconds < 1 << 60 else {
            throw FieldError("from", "lies outside of the calendar")
        }
        let offset = Int64(min(max(zoneOffset, -86_400), 86_400)) * 1_000_000
        let shifted = from.microseconds + offset
        let rest = shifted % unit.length
        var start = shifted - (rest < 0 ? rest + unit.length : rest) - offset
        let statement = try database.cachedStatement(sql: counting(ofDevice: device != nil))
        var buckets: [EventStatistics] = []
        while start < to.microseconds {
            let end = start + unit.length
            var arguments: StatementArguments = [max(start, from.microseconds), min(end, to.microseconds)]
            if let device { arguments = [device] + arguments }
            if let row = try Row.fetchOne(statement, arguments: arguments) {
                buckets.append(EventStatistics(start: Instant(microseconds: start), row: row))
            }
            start = end
        }
        return buckets
    }

    /// Counts all events of a range at once; a plate that came in several hours counts once.
    public static func total(
        from: Instant, to: Instant, device: String? = nil, _ database: Database
    ) throws -> EventStatistics {
        let statement = try database.cachedStatement(sql: counting(ofDevice: device != nil))
        var arguments: StatementArguments = [from.microseconds, to.microseconds]
        if let device { arguments = [device] + arguments }
        guard let row = try Row.fetchOne(statement, arguments: arguments) else {
            throw StoreError(.internalError, operation: "count events", detail: "no row of counts")
        }
        return EventStatistics(start: from, row: row)
    }

    private static func counting(ofDevice isOfDevice: Bool) -> String {
        """
        SELECT count(*), count(license_plate), count(DISTINCT plate_key), avg(confidence)
        FROM lpr_events INDEXED BY \(isOfDevice ? "lpr_events_by_device" : "lpr_events_by_time")
        WHERE \(isOfDevice ? "edge_device_id = ? AND " : "")captured_at >= ? AND captured_at < ?
        """
    }

    private init(start: Instant, row: Row) {
        self.start = start
        events = row[0]
        withPlate = row[1]
        uniquePlates = row[2]
        meanConfidence = row[3]
    }
}
