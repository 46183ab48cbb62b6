import Domain

/// A batch as it is sent: one text of statements and the data of each COPY in it. Making it costs the processor more
/// than sending it, so it can be made while the server works on the one before.
public struct EncodedBatch: Sendable {
    let sql: String
    let copies: [[UInt8]]
    /// The months that its events need partitions for.
    let months: Set<CentreMonth>

    /// What goes over the wire.
    public var byteCount: Int { copies.reduce(sql.utf8.count) { $0 + $1.count } }

    /// The data is sent before the watermark is moved: a sender that stalls in the middle holds no lock, and everything
    /// behind the last byte of data runs without it.
    public init(_ batch: CentreBatch) {
        var statements = ["BEGIN"]
        var copies: [[UInt8]] = []
        let events = Self.events(batch)
        if !events.isEmpty {
            statements.append("COPY pg_temp.lpr_incoming (\(CopyText.eventColumns)) FROM STDIN")
            copies.append(events.bytes)
        }
        let devices = Self.devices(batch)
        if !devices.isEmpty {
            statements.append("SELECT lpr.prepare_devices()")
            statements.append("COPY pg_temp.lpr_incoming_devices (\(CopyText.deviceColumns)) FROM STDIN")
            copies.append(devices.bytes)
        }
        statements.append(Self.advance(batch))
        if !events.isEmpty { statements.append("SELECT lpr.apply_events(\(batch.epoch), \(batch.sequence))") }
        if !devices.isEmpty { statements.append("SELECT lpr.apply_devices(\(batch.epoch), \(batch.sequence))") }
        statements.append("COMMIT")
        sql = statements.joined(separator: "; ")
        self.copies = copies
        months = Set(batch.events.compactMap { CentreMonth($0.capturedAt) })
    }

    private static func advance(_ batch: CentreBatch) -> String {
        var arguments = ["\(batch.epoch)", "\(batch.expectedWatermark)", "\(batch.watermark)"]
        arguments.append(batch.openingID.map(SQLText.literal) ?? "NULL")
        if let step = batch.backfill {
            arguments += ["\(step.expectedAfter)", step.after.map { "\($0)" } ?? "NULL"]
        }
        return "SELECT lpr.advance(\(arguments.joined(separator: ", ")))"
    }

    /// About what an event takes.
    private static let expectedRow = 700

    private static func events(_ batch: CentreBatch) -> CopyText {
        var text = CopyText(
            reserving: batch.events.count * expectedRow + batch.deletedEventIDs.count * 2
                * CentreTable.events.columns.count)
        for id in batch.deletedEventIDs { text.tombstone(id, width: CentreTable.events.columns.count - 1) }
        for event in batch.events { text.row(event) }
        return text
    }

    private static func devices(_ batch: CentreBatch) -> CopyText {
        var text = CopyText()
        for id in batch.deletedDeviceIDs { text.tombstone(id, width: CentreTable.devices.columns.count - 1) }
        for device in batch.devices { text.row(device) }
        return text
    }
}
