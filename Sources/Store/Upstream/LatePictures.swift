public import GRDB

/// Events of rows that were passed already whose pictures may have come since: the feed tells of each that has changed.
public struct LatePictures: Sendable, Hashable {
    public let events: [PicturedEvent]
    /// The last row of the feed that was looked at.
    public let last: Int64
    /// Whether the feed still had all rows behind `after`; if not, what is missing has to be looked for in the events.
    public let isComplete: Bool

    /// Rows of the feed that are looked at for one page.
    static let lookLimit = 5_000

    /// - Parameters:
    ///   - after: `last` of the page before.
    ///   - through: the last number of the feed that the centre has.
    ///   - throughRow: events of rows behind it are left out: they are still to come.
    ///   - limit: the most events, 1 or more.
    public static func read(
        after: Int64, through: Int64, throughRow: Int64, limit: Int, _ database: Database
    ) throws -> LatePictures {
        guard after < through else { return LatePictures(events: [], last: through, isComplete: after == through) }
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT sequence, entity, entity_key, operation, changed_at FROM changes
                    WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT \(lookLimit)
                    """),
            arguments: [after, through])
        var ids: [String] = []
        var seen: Set<String> = []
        var last = after
        while ids.count < max(1, limit), let row = try cursor.next() {
            let change = FeedRow(row)
            guard change.sequence == last + 1 else {
                return LatePictures(events: [], last: through, isComplete: false)
            }
            last = change.sequence
            let isChange = !change.isInsertion && !change.isDeletion && change.entity == "lpr_events"
            if isChange, seen.insert(change.key).inserted { ids.append(change.key) }
        }
        guard last > after else { return LatePictures(events: [], last: through, isComplete: false) }
        let events = try PicturedEvent.fetch(ids, database).filter { $0.rowID <= throughRow }
        return LatePictures(events: events, last: last, isComplete: true)
    }
}
