import Domain
import GRDBSQLite
import Logging
import Store

/// Plain SQLite writing the rows of the appliance: what the same work costs with nothing around it.
///
/// Same file layout, pragmas, tables, indexes and statements as the store: one row of `lpr_events`, one of the change
/// feed and one of the communication log for each event (one for each batch in a batch), each device touched once in a
/// transaction, and the trigram index extended whenever 2,048 rows wait.
final class RawDatabase {
    private static let portion: Int64 = 2_048

    private let connection: OpaquePointer
    private let begin, commit: RawStatement
    private let insertEvent, insertChange, insertLog, touchDevice, extendSearch, noteSearch: RawStatement
    private var lastRow: Int64
    private var lastChange: Int64
    private var indexedRow: Int64

    /// - Parameters:
    ///   - directory: a data directory that no appliance runs on; the store makes the tables in it.
    ///   - isDurable: false fills a database quickly and is no measurement.
    init(directory: String, isDurable: Bool = true) async throws {
        let clock = WallClock { Instant(microseconds: WallTime.now) }
        let store = try Store(
            Store.Configuration(directory: directory, clock: clock), logger: Logger(label: "benchmarks"))
        try await store.close()
        connection = try Self.open("\(directory)/appliance.sqlite")
        let pragmas = [
            "journal_mode = WAL", "synchronous = \(isDurable ? "FULL" : "OFF")", "foreign_keys = ON",
            "cache_size = -\(isDurable ? 8_192 : 262_144)", "wal_autocheckpoint = 4000",
            "journal_size_limit = 67108864",
        ]
        for pragma in pragmas { try RawStatement("PRAGMA \(pragma)", connection).run() }
        for number in 0..<SampleEvents.deviceCount {
            try RawStatement(
                """
                INSERT INTO edge_devices (device_id, protocols, created_at, updated_at)
                VALUES ('\(SampleEvents.device(number))', 'http', 0, 0) ON CONFLICT DO NOTHING
                """, connection
            ).run()
        }
        begin = try RawStatement("BEGIN IMMEDIATE", connection)
        commit = try RawStatement("COMMIT", connection)
        insertEvent = try RawStatement(RawSQL.insertEvent, connection)
        insertChange = try RawStatement(RawSQL.insertChange, connection)
        insertLog = try RawStatement(RawSQL.insertLog, connection)
        touchDevice = try RawStatement(RawSQL.touchDevice, connection)
        extendSearch = try RawStatement(RawSQL.extendSearch, connection)
        noteSearch = try RawStatement(RawSQL.noteSearch, connection)
        lastRow = try RawStatement("SELECT coalesce(max(id), 0) FROM lpr_events", connection).number()
        lastChange = try RawStatement("SELECT coalesce(max(sequence), 0) FROM changes", connection).number()
        indexedRow = lastRow
    }

    deinit {
        // The statements are members and still there; SQLite closes the connection when the last of them is gone.
        sqlite3_close_v2(connection)
    }

    static func open(_ path: String) throws(BenchmarkError) -> OpaquePointer {
        var connection: OpaquePointer?
        let code = sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE, nil)
        guard code == SQLITE_OK, let connection else { throw BenchmarkError("cannot open \(path)") }
        return connection
    }

    /// Writes events in one transaction.
    /// - Parameter logsEach: one row of the communication log for each event, instead of one for all.
    func write(_ events: ArraySlice<SampleEvent>, logsEach: Bool) throws(BenchmarkError) {
        let now = WallTime.now
        try begin.run()
        for event in events {
            try insert(event, now)
            if logsEach { try log(event, "lpr_event", SampleEvent.byteCount, now) }
        }
        for device in Set(events.map(\.device)) { try touch(device, now) }
        if !logsEach, let first = events.first {
            try log(first, "lpr_batch", SampleEvent.byteCount * Int64(events.count), now)
        }
        try commit.run()
        if lastRow - indexedRow > Self.portion { try index(now) }
    }

    /// Brings the trigram index up to the last row.
    func finish() throws(BenchmarkError) {
        if lastRow > indexedRow { try index(WallTime.now) }
    }

    private func insert(_ event: SampleEvent, _ now: Int64) throws(BenchmarkError) {
        lastRow += 1
        insertEvent.bind(lastRow)
        insertEvent.bind(event.eventID)
        insertEvent.bind(event.device)
        insertEvent.bind(event.plate)
        insertEvent.bind(event.plateKey)
        insertEvent.bind(event.plateKind)
        insertEvent.bind(SampleEvent.province.text)
        insertEvent.bind(SampleEvent.province.code)
        insertEvent.bind(SampleEvent.confidence)
        insertEvent.bind(event.capturedAt)
        insertEvent.bindNull()
        insertEvent.bind(event.receivedAt)
        insertEvent.bind("http")
        for _ in 0..<6 { insertEvent.bindNull() }
        insertEvent.bind("{}")
        insertEvent.bind(event.digest)
        insertEvent.bind(now)
        insertEvent.bind(now)
        try insertEvent.run()
        lastChange += 1
        insertChange.bind(lastChange)
        insertChange.bind("lpr_events")
        insertChange.bind(event.eventID)
        insertChange.bind("insert")
        insertChange.bind(now)
        try insertChange.run()
    }

    private func log(_ event: SampleEvent, _ type: String, _ bytes: Int64, _ now: Int64) throws(BenchmarkError) {
        for text in ["http", "in", event.device, "bench", type] { insertLog.bind(text) }
        insertLog.bind(1 as Int64)
        insertLog.bind(4 as Int64)
        insertLog.bind(bytes)
        insertLog.bindNull()
        insertLog.bind(0 as Int64)
        insertLog.bind(now)
        try insertLog.run()
    }

    private func touch(_ device: String, _ now: Int64) throws(BenchmarkError) {
        touchDevice.bind(now)
        touchDevice.bind("127.0.0.1")
        touchDevice.bindNull()
        touchDevice.bind("http")
        touchDevice.bind(device)
        try touchDevice.run()
    }

    private func index(_ now: Int64) throws(BenchmarkError) {
        try begin.run()
        extendSearch.bind(indexedRow)
        extendSearch.bind(lastRow)
        try extendSearch.run()
        noteSearch.bind("\(lastRow)")
        noteSearch.bind(now)
        try noteSearch.run()
        try commit.run()
        indexedRow = lastRow
    }
}
