import Domain
import Logging
import Store

extension ReplicatorLoop {
    /// A batch of the feed with what the centre is told of its last row.
    private struct Reading: Sendable {
        var batch: FeedBatch
        var opening: String?
    }

    /// The same, ready to be sent.
    private struct Parcel {
        var reading: Reading
        var encoded: EncodedBatch
        var batch: FeedBatch { reading.batch }
    }

    private func readFeed(after watermark: Int64) throws -> Reading {
        let (rows, bytes) = (width.rows, settings.batchBytes)
        return try local.read { database in
            let batch = try FeedBatch.read(after: watermark, rows: rows, bytes: bytes, database)
            return Reading(batch: batch, opening: try FeedLineage.opening(of: batch.last, database))
        }
    }

    private func pack(after watermark: Int64) throws -> Parcel {
        let reading = try readFeed(after: watermark)
        let batch = reading.batch
        let encoded = EncodedBatch(
            CentreBatch(
                epoch: position.epoch, expectedWatermark: watermark, watermark: batch.last, openingID: reading.opening,
                events: batch.events, devices: batch.devices, deletedEventIDs: batch.deletedEventIDs,
                deletedDeviceIDs: batch.deletedDeviceIDs))
        return Parcel(reading: reading, encoded: encoded)
    }

    /// Sends what is there, and goes on until less than a full batch is left. While the centre works on a batch, the next
    /// one is read and encoded.
    func sendFeed(_ session: CentreSession) throws {
        var parcel = try pack(after: position.watermark)
        // Up to here it has waited for company already.
        let due = parcel.batch.newestSequence
        while parcel.batch.rows > 0 {
            guard !interrupt.isInterrupted else { throw PostgresError.interrupted("send") }
            var next: Parcel?
            do {
                try session.send(parcel.encoded)
                if parcel.batch.hasMore, parcel.batch.isComplete { next = try pack(after: parcel.batch.last) }
                try session.confirm()
            } catch let error as PostgresError {
                try shrink(parcel.reading, error, session)
                parcel = try pack(after: position.watermark)
                continue
            }
            try confirmed(parcel.batch)
            guard let next else { break }
            let isFull = next.batch.rows >= width.rows || next.batch.hasMore
            parcel = next
            // A small rest that came meanwhile waits for company, and other work has its turn.
            if position.backfill != nil || !isFull && position.watermark >= due { break }
        }
        guard parcel.batch.isComplete else { throw Misalignment() }
    }

    /// The centre has it.
    private func confirmed(_ batch: FeedBatch) throws {
        position.watermark = batch.last
        if let row = batch.lastInsertedEventRow { position.feedEventRow = max(position.feedEventRow, row) }
        if position.backfill == nil { position.eventRow = max(position.eventRow, position.feedEventRow) }
        width.widen()
        settle()
        board.noteConfirmed(rows: batch.rows, at: local.now)
        board.note(
            newest: batch.newestSequence, confirmed: batch.last,
            oldestWaiting: batch.hasMore ? batch.oldestChangeAt : nil)
        if parkedCount > 0 { try forgetParked(batch) }
        try keepMark()
    }

    /// A newer state of a refused row was taken, or nobody wants it there any more.
    private func forgetParked(_ batch: FeedBatch) throws {
        let keys = batch.feedKeys
        let unparked = try local.write { context in
            var unparked = 0
            for key in keys where try context.unpark(entity: key.entity, key: key.key) { unparked += 1 }
            return unparked
        }
        if unparked > 0 { try countParked() }
    }

    /// The centre refuses a batch: half of it is tried, until the row is found and put aside.
    private func shrink(_ reading: Reading, _ error: PostgresError, _ session: CentreSession) throws {
        let batch = reading.batch
        // Half as many rows may also be done in time.
        guard session.isOpen, error.isOfOneRow || error.problem == .timeout else { throw error }
        guard batch.rows == 1 else { return width.narrow(from: batch.rows) }
        guard error.isOfOneRow else { throw error }
        for key in batch.feedKeys {
            try park(entity: key.entity, key: key.key, operation: key.operation, sequence: batch.last, error)
        }
        // It is put aside here before the centre passes it: a crash in between puts it aside again.
        try session.apply(
            EncodedBatch(
                CentreBatch(
                    epoch: position.epoch, expectedWatermark: position.watermark, watermark: batch.last,
                    openingID: reading.opening)))
        position.watermark = batch.last
        if position.backfill == nil, let row = batch.lastInsertedEventRow {
            position.feedEventRow = max(position.feedEventRow, row)
            position.eventRow = max(position.eventRow, position.feedEventRow)
        }
        width.widen()
        try keepMark()
    }

    /// Puts a row aside that the centre refuses.
    /// - Throws: `Halt` when so many are refused that the row is not at fault.
    func park(entity: String, key: String, operation: String, sequence: Int64, _ error: PostgresError) throws {
        let row = ParkedRow(
            entity: entity, key: key, operation: operation, sequence: sequence, sqlstate: error.sqlState,
            message: error.message, parkedAt: local.now)
        guard try local.write({ try $0.park(row) }) else {
            throw Halt(
                problem: error.problem,
                words: "the central database refuses row after row, \(ParkedRow.rowLimit) are put aside: "
                    + error.message)
        }
        logger.warning(
            "the central database refuses a row; it is put aside",
            metadata: ["entity": "\(entity)", "key": "\(key)", "error": "\(error)"])
        try countParked()
    }
}

/// What a row of the feed is about.
private struct FeedKey: Sendable {
    var entity: String
    var key: String
    var operation: String
}

extension FeedBatch {
    /// All that it tells of.
    fileprivate var feedKeys: [FeedKey] {
        var keys: [FeedKey] = []
        for event in events { keys.append(FeedKey(entity: "lpr_events", key: event.eventID, operation: "update")) }
        for id in deletedEventIDs { keys.append(FeedKey(entity: "lpr_events", key: id, operation: "delete")) }
        for device in devices {
            keys.append(FeedKey(entity: "edge_devices", key: device.deviceID, operation: "update"))
        }
        for id in deletedDeviceIDs { keys.append(FeedKey(entity: "edge_devices", key: id, operation: "delete")) }
        return keys
    }
}
