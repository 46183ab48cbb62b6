public import Domain
public import GRDB

extension EdgeDevice {
    /// Some devices in the order of their ids.
    public struct Page: Sendable {
        public let devices: [EdgeDevice]
        /// The cursor of the page behind this one; nil when nothing follows.
        public let next: String?
    }

    /// The most devices of one page.
    public static let pageLimit = 500

    public static func fetch(deviceID: String, _ database: Database) throws -> EdgeDevice? {
        let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM edge_devices WHERE device_id = ?")
        return try Row.fetchOne(statement, arguments: [deviceID]).map(EdgeDevice.init(row:))
    }

    /// - Parameters:
    ///   - cursor: the device id behind which the page begins; nil for the first page.
    ///   - limit: 1…`pageLimit`; what lies outside is brought inside.
    public static func page(after cursor: String?, limit: Int, _ database: Database) throws -> Page {
        let limit = min(max(limit, 1), pageLimit)
        let statement = try database.cachedStatement(
            sql: "SELECT \(columns) FROM edge_devices WHERE device_id > ? ORDER BY device_id LIMIT ?")
        // No id is empty, so that the empty text stands before all of them.
        var devices = try Row.fetchAll(statement, arguments: [cursor ?? "", limit + 1]).map(EdgeDevice.init(row:))
        let hasMore = devices.count > limit
        if hasMore { devices.removeLast() }
        return Page(devices: devices, next: hasMore ? devices.last?.deviceID : nil)
    }

    /// How many devices are known.
    public static func count(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM edge_devices") ?? 0
    }

    /// Counts the events that each device captured since an instant, by the index alone.
    /// - Parameters:
    ///   - deviceIDs: at most a page of them.
    ///   - since: the beginning of the day in the site's zone.
    /// - Returns: one entry for each id, 0 for those without events.
    public static func eventsToday(
        deviceIDs: some Sequence<String>, since: Instant, _ database: Database
    ) throws -> [String: Int] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT count(*) FROM lpr_events INDEXED BY lpr_events_by_device
                WHERE edge_device_id = ? AND captured_at >= ?
                """)
        var counts: [String: Int] = [:]
        for deviceID in deviceIDs {
            counts[deviceID] = try Int.fetchOne(statement, arguments: [deviceID, since.microseconds]) ?? 0
        }
        return counts
    }

    /// The columns that `init(row:)` reads, in its order.
    private static let columns = """
        device_id, name, hostname, ip_address, status, site, checkpoint, last_seen, protocols, health, created_at,
        updated_at
        """

    private init(row: Row) {
        let protocols: String = row[8]
        self.init(
            deviceID: row[0], name: row[1], hostname: row[2], ipAddress: row[3],
            // A status that this version does not know must not let a device in.
            status: Status(rawValue: row[4]) ?? .disabled, site: row[5], checkpoint: row[6],
            lastSeen: (row[7] as Int64?).map(Instant.init(microseconds:)),
            protocols: protocols.split(separator: ",").compactMap { SourceProtocol(rawValue: String($0)) },
            health: row[9], createdAt: Instant(microseconds: row[10]), updatedAt: Instant(microseconds: row[11]))
    }
}
