public import Domain
public import GRDB

/// A row of `communication_logs` as it is shown.
public struct CommunicationLogRow: Sendable, Hashable {
    public let id: Int64
    /// As it stands in the table.
    public let `protocol`: String
    public let direction: CommunicationLogEntry.Direction
    public let source: String
    public let destination: String
    public let messageType: String?
    public let isSuccess: Bool
    public let latencyMilliseconds: Int64?
    public let byteCount: Int64
    public let errorMessage: String?
    public let isFromTrustedNetwork: Bool
    public let createdAt: Instant

    /// What the rows of a page have in common; nil lets everything through.
    public struct Filter: Sendable, Hashable {
        public var `protocol`: SourceProtocol?
        /// The source or the destination.
        public var device: String?
        public var isSuccess: Bool?
        /// The first instant that belongs to the page.
        public var from: Instant?
        /// The first instant that no longer does.
        public var to: Instant?

        public init(
            protocol: SourceProtocol? = nil, device: String? = nil, isSuccess: Bool? = nil, from: Instant? = nil,
            to: Instant? = nil
        ) {
            self.protocol = `protocol`
            self.device = device
            self.isSuccess = isSuccess
            self.from = from
            self.to = to
        }
    }

    public struct Page: Sendable {
        public let rows: [CommunicationLogRow]
        /// The cursor of the page behind this one; nil when nothing follows.
        public let next: Int64?
    }

    /// The most rows of one page.
    public static let pageLimit = 500
    /// The most rows that are looked at for one page (invariant 5). When a filter is so rare that they do not fill it,
    /// the page is short, or even empty, and `next` leads on.
    public static let scanLimit: Int64 = 50_000

    /// A page, newest first.
    /// - Parameters:
    ///   - cursor: `next` of the page before; nil for the newest.
    ///   - limit: 1…`pageLimit`; what lies outside is brought inside.
    public static func page(
        _ filter: Filter, after cursor: Int64?, limit: Int, _ database: Database
    ) throws -> Page {
        try page(filter, after: cursor, limit: limit, scanLimit: scanLimit, database)
    }

    /// Rows behind an `id`, oldest first, for a reader that follows the log.
    /// - Parameter limit: 1 or more.
    public static func following(_ id: Int64, limit: Int, _ database: Database) throws -> [CommunicationLogRow] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT \(columns) FROM communication_logs WHERE id > ? ORDER BY id LIMIT ?"),
            arguments: [id, max(1, limit)]
        ).map(CommunicationLogRow.init(row:))
    }

    private static let columns = """
        id, protocol, direction, source, destination, message_type, success, latency_ms, bytes, error_message,
        trusted_network, created_at
        """

    static func page(
        _ filter: Filter, after cursor: Int64?, limit: Int, scanLimit: Int64, _ database: Database
    ) throws -> Page {
        let limit = min(max(limit, 1), pageLimit)
        let ends = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT (SELECT min(id) FROM communication_logs), (SELECT max(id) FROM communication_logs)"))
        guard let first = ends?[0] as Int64?, let last = ends?[1] as Int64? else { return Page(rows: [], next: nil) }
        var end = min(cursor ?? .max, last + 1)
        if let to = filter.to { end = min(end, try LogIDRange.lowerBound(to + LogIDRange.tolerance, database)) }
        var begin = first
        if let from = filter.from {
            begin = max(begin, try LogIDRange.lowerBound(from - LogIDRange.tolerance, database))
        }
        let stop = max(begin, end - min(end, scanLimit))
        guard stop < end else { return Page(rows: [], next: nil) }

        var conditions = ["id < ?", "id >= ?"]
        var arguments: StatementArguments = [end, stop]
        func add(_ condition: String, _ values: (any DatabaseValueConvertible)?...) {
            conditions.append(condition)
            arguments += StatementArguments(values)
        }
        if let `protocol` = filter.protocol { add("protocol = ?", `protocol`.rawValue) }
        if let device = filter.device { add("(source = ? OR destination = ?)", device, device) }
        if let isSuccess = filter.isSuccess { add("success = ?", isSuccess) }
        if let from = filter.from { add("created_at >= ?", from.microseconds) }
        if let to = filter.to { add("created_at < ?", to.microseconds) }
        arguments += [limit + 1]
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(columns)
                FROM communication_logs WHERE \(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT ?
                """)
        var rows = try Row.fetchAll(statement, arguments: arguments).map(CommunicationLogRow.init(row:))
        if rows.count > limit {
            rows.removeLast()
            return Page(rows: rows, next: rows.last?.id)
        }
        return Page(rows: rows, next: stop > begin ? stop : nil)
    }

    private init(row: Row) {
        id = row[0]
        `protocol` = row[1]
        direction = CommunicationLogEntry.Direction(rawValue: row[2]) ?? .inbound
        source = row[3]
        destination = row[4]
        messageType = row[5]
        isSuccess = row[6]
        latencyMilliseconds = row[7]
        byteCount = row[8]
        errorMessage = row[9]
        isFromTrustedNetwork = row[10]
        createdAt = Instant(microseconds: row[11])
    }
}
