import Domain
import GRDB
import Logging
import Store

extension ReplicatorLoop {
    /// What a refused row tells of, as it is now.
    private struct Current: Sendable {
        var row: ParkedRow
        var event: LPREvent?
        var device: EdgeDevice?
        var newestSequence: Int64
    }

    /// Sends one refused row again, when somebody wants that.
    /// - Returns: whether there may be more.
    func sendParked(_ session: CentreSession) throws -> Bool {
        switch requests.takeRetry() {
        case .none: break
        case .some(let ids): retries += ids
        case .all: retries = try local.read { try Self.parkedIDs($0) }
        }
        guard let id = retries.first else { return false }
        let current = try local.read { database -> Current? in
            guard let row = try ParkedRow.fetch(id: id, database) else { return nil }
            return Current(
                row: row, event: row.entity == "lpr_events" ? try LPREvent.stored(row.key, database) : nil,
                device: row.entity == "edge_devices" ? try EdgeDevice.fetch(deviceID: row.key, database) : nil,
                newestSequence: try FeedPage.newestSequence(database))
        }
        guard let current else {
            retries.removeFirst()
            return true
        }
        do {
            try session.apply(EncodedBatch(batch(of: current)))
            try local.write { _ = try $0.unpark(entity: current.row.entity, key: current.row.key) }
            if let event = current.event { wishes.want(event.eventID) }
            try countParked()
        } catch let error as PostgresError {
            guard error.isOfOneRow else { throw error }
            try park(
                entity: current.row.entity, key: current.row.key, operation: current.row.operation,
                sequence: current.row.sequence, error)
        }
        // Not before: what is in between may come back.
        retries.removeFirst()
        return true
    }

    /// It moves no watermark. Its stamp is that of the view it was read from: what the feed tells of it later is newer.
    private func batch(of current: Current) -> CentreBatch {
        let isEvent = current.row.entity == "lpr_events"
        var batch = CentreBatch(
            epoch: position.epoch, expectedWatermark: position.watermark, watermark: position.watermark,
            openingID: nil, events: current.event.map { [$0] } ?? [], devices: current.device.map { [$0] } ?? [],
            deletedEventIDs: isEvent && current.event == nil ? [current.row.key] : [],
            deletedDeviceIDs: !isEvent && current.device == nil ? [current.row.key] : [])
        batch.sequence = current.newestSequence
        return batch
    }

    private static func parkedIDs(_ database: Database) throws -> [Int64] {
        var ids: [Int64] = []
        while true {
            let page = try ParkedRow.page(after: ids.last, limit: ParkedRow.pageLimit, database)
            ids += page.map(\.id)
            if page.count < ParkedRow.pageLimit { return ids }
        }
    }

    /// Sends some rows of the communication log.
    /// - Returns: whether there may be more.
    func sendLogs(_ session: CentreSession) throws -> Bool {
        let (after, limit) = (position.logsThrough, logWidth.rows)
        let rows = try local.read { try CommunicationLogRow.following(after, limit: limit, $0) }
        guard let last = rows.last else { return false }
        do {
            try session.applyLogs(rows, epoch: position.epoch, expected: after, through: last.id)
        } catch {
            guard error.isOfOneRow else { throw error }
            guard rows.count == 1 else {
                logWidth.narrow(from: rows.count)
                return true
            }
            // A line of a log is not worth more.
            logger.warning("the central database refuses a row of the log", metadata: ["error": "\(error)"])
            try session.applyLogs([], epoch: position.epoch, expected: after, through: last.id)
        }
        logWidth.widen()
        position.logsThrough = last.id
        return rows.count == limit
    }
}
