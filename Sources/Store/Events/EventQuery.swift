import Domain
import GRDB

/// Finds events, newest first, by key paging: never by offset.
///
/// A plate with wildcards or a part of a plate may hit a handful of rows or a tenth of the table. The plan is chosen by
/// counting hits in an index up to `manyHits`: few hits are fetched and sorted; with many, walking the time index from
/// the newest row and testing each plate fills a page soon, because hits are dense.
struct EventQuery {
    /// From here on hits are dense enough to walk by time.
    static let manyHits = 4_000

    let filter: EventFilter
    let cursor: EventCursor?
    let limit: Int

    static func page(
        _ filter: EventFilter, after cursor: EventCursor?, limit: Int, _ database: Database
    ) throws -> EventPage {
        let query = EventQuery(filter: filter, cursor: cursor, limit: limit)
        var events = try query.events(database)
        let hasMore = events.count > limit
        if hasMore { events.removeLast(events.count - limit) }
        let next = hasMore ? events.last.map { EventCursor(capturedAt: $0.capturedAt, rowID: $0.rowID) } : nil
        return EventPage(events: events, next: next)
    }

    private func events(_ database: Database) throws -> [LPREvent] {
        let plan = try plan(database)
        var sql = "SELECT \(LPREvent.columns) FROM \(plan.source)"
        var conditions = plan.conditions
        var arguments = plan.arguments
        func add(_ condition: String, _ values: (any DatabaseValueConvertible)?...) {
            conditions.append(condition)
            arguments += StatementArguments(values)
        }
        if let device = filter.device { add("e.edge_device_id = ?", device) }
        if let from = filter.from { add("e.captured_at >= ?", from.microseconds) }
        if let to = filter.to { add("e.captured_at < ?", to.microseconds) }
        if let cursor {
            add("(e.captured_at, e.id) < (?, ?)", cursor.capturedAt.microseconds, cursor.rowID)
        }
        if let code = filter.provinceCode { add("e.province_code = ?", code) }
        if let province = filter.province { add("e.province = ?", province) }
        if let confidence = filter.minimumConfidence { add("e.confidence >= ?", confidence) }
        if let hasImage = filter.hasImage {
            conditions.append(hasImage ? "e.image_path IS NOT NULL" : "e.image_path IS NULL")
        }
        if !conditions.isEmpty { sql += " WHERE " + conditions.joined(separator: " AND ") }
        sql += " ORDER BY e.captured_at DESC, e.id DESC LIMIT ?"
        arguments += [limit + 1]
        let statement = try database.cachedStatement(sql: sql)
        return try Row.fetchAll(statement, arguments: arguments).map(LPREvent.init(row:))
    }

    private struct Plan {
        /// The table, with the index that the plan is about.
        var source: String
        var conditions: [String] = []
        var arguments = StatementArguments()

        /// In time order, optionally of one device.
        static func byTime(_ filter: EventFilter) -> Plan {
            let index = filter.device == nil ? "lpr_events_by_time" : "lpr_events_by_device"
            return Plan(source: "lpr_events e INDEXED BY \(index)")
        }

        func adding(_ condition: String, _ value: String) -> Plan {
            var plan = self
            plan.conditions.append(condition)
            plan.arguments += [value]
            return plan
        }
    }

    private func plan(_ database: Database) throws -> Plan {
        if let key = filter.plateKey {
            return Plan(source: "lpr_events e INDEXED BY lpr_events_by_plate").adding("e.plate_key = ?", key)
        }
        if let pattern = filter.platePattern {
            return try planForPattern(PlatePattern(pattern), database)
        }
        if let search = filter.search {
            return try planForPattern(PlatePattern(containing: search), database)
        }
        return .byTime(filter)
    }

    private func planForPattern(_ pattern: PlatePattern, _ database: Database) throws -> Plan {
        let walk = Plan.byTime(filter).adding("e.plate_key GLOB ?", pattern.glob)
        if let range = pattern.prefixRange {
            let hits = try Int.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT count(*) FROM (SELECT 1 FROM lpr_events INDEXED BY lpr_events_by_plate
                        WHERE plate_key >= ? AND plate_key < ? LIMIT \(Self.manyHits))
                        """),
                arguments: [range.lower, range.upper])
            if let hits, hits < Self.manyHits {
                // The + keeps SQLite from walking by time for the sake of the order.
                return Plan(
                    source: "lpr_events e INDEXED BY lpr_events_by_plate",
                    conditions: ["e.plate_key >= ?", "e.plate_key < ?", "e.plate_key GLOB ?"],
                    arguments: [range.lower, range.upper, pattern.glob])
            }
            return walk
        }
        guard let match = pattern.trigramMatch else { return walk }
        let rowIDs = try Int64.fetchAll(
            database.cachedStatement(
                sql: "SELECT rowid FROM lpr_events_search WHERE lpr_events_search MATCH ? LIMIT \(Self.manyHits)"),
            arguments: [match])
        guard rowIDs.count < Self.manyHits else { return walk }
        // Rows that the index does not hold yet are few and are looked through.
        let indexed = try Setting.searchIndexedThrough.read(database).flatMap { Int64($0) } ?? 0
        let hits = "[" + rowIDs.map { "\($0)" }.joined(separator: ",") + "]"
        return Plan(
            source: """
                (SELECT value AS hit FROM json_each(?)
                 UNION ALL SELECT id FROM lpr_events WHERE id > ?) AS hits CROSS JOIN lpr_events e ON e.id = hits.hit
                """,
            conditions: ["e.plate_key GLOB ?"], arguments: [hits, indexed, pattern.glob])
    }
}
