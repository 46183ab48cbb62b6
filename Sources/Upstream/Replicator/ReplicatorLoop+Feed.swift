import Domain
import Logging
import Store

extension ReplicatorLoop {
    /// A batch of the feed with what the centre is told of its last row.
    private struct Reading: Sendable {
        var batch: FeedBatch
        var opening: String?
    }

    private func readFeed(after watermark: Int64) throws -> Reading {
        let (rows, bytes) = (width.rows, settings.batchBytes)
        return try local.read { database in
            let batch = try FeedBatch.read(after: watermark, rows: rows, bytes: bytes, database)
            return Reading(batch: batch, opening: try FeedLineage.opening(of: batch.last, database))
        }
    }

    private func encode(_ reading: Reading, after watermark: Int64) -> EncodedBatch {
        let batch = reading.batch
        return EncodedBatch(
            CentreBatch(
                epoch: position.epoch, expectedWatermark: watermark, watermark: batch.last, openingID: reading.opening,
                events: batch.events, devices: batch.devices, deletedEventIDs: batch.deletedEventIDs,
                deletedDeviceIDs: batch.deletedDeviceIDs))
    }

    /// Sends what is there until less than a full batch is left. While the centre works on a batch, the next one is read.
    func sendFeed(_ session: CentreSession) throws {
        var reading = try readFeed(after: position.watermark)
        while reading.batch.rows > 0 {
            guard !interrupt.isInterrupted else { throw PostgresError.interrupted("send") }
            var next: Reading?
            do {
                try session.send(encode(reading, after: position.watermark))
                if reading.batch.hasMore, reading.batch.isComplete { next = try readFeed(after: reading.batch.last) }
                try session.confirm()
            } catch let error as PostgresError {
                try shrink(reading, error, session)
                reading = try readFeed(after: position.watermark)
                continue
            }
            try confirmed(reading.batch)
            guard let next else { break }
            let isFull = next.batch.rows >= width.rows || next.batch.hasMore
            reading = next
            // A small rest waits for company, and other work has its turn.
            if !isFull || position.backfill != nil { break }
        }
        guard reading.batch.isComplete else { throw Misalignment() }
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
