import Domain
import Store

extension ReplicatorLoop {
    /// Sends a page of stored events, and before the first one all devices.
    func sendBackfill(_ session: CentreSession) throws {
        guard let backfill = position.backfill else { return }
        if !position.hasSentDevices {
            // After a restart in the middle of a walk too: there are few.
            try sendDevices(session, backfill)
            position.hasSentDevices = true
        }
        let (rows, bytes) = (width.rows, settings.batchBytes)
        let page = try local.read { database in
            try BackfillPage.read(
                afterRow: backfill.after, throughRow: backfill.through, from: backfill.from, rows: rows, bytes: bytes,
                database)
        }
        do {
            try session.apply(EncodedBatch(step(backfill, to: page, page.events)))
        } catch {
            guard error.isOfOneRow else { throw error }
            guard page.events.count == 1, let event = page.events.first else {
                return width.narrow(from: page.events.count)
            }
            try park(
                entity: "lpr_events", key: event.eventID, operation: "update", sequence: page.newestSequence, error)
            try session.apply(EncodedBatch(step(backfill, to: page, [])))
        }
        width.widen()
        settle()
        passed(page, of: backfill)
        try keepMark()
    }

    private func step(_ backfill: SiteRecord.Backfill, to page: BackfillPage, _ events: [LPREvent]) -> CentreBatch {
        CentreBatch(
            epoch: position.epoch, watermark: position.watermark,
            backfill: .init(expectedAfter: backfill.after, after: page.hasMore ? page.lastRow : nil),
            sequence: page.newestSequence, events: events)
    }

    private func passed(_ page: BackfillPage, of backfill: SiteRecord.Backfill) {
        if page.hasMore {
            position.backfill?.after = page.lastRow
            if backfill.from == nil { position.eventRow = max(position.eventRow, page.lastRow) }
        } else {
            position.backfill = nil
            position.eventRow = max(position.eventRow, position.feedEventRow)
            if backfill.from == nil { position.eventRow = max(position.eventRow, backfill.through) }
        }
        let remaining = position.backfill.map { max(0, $0.through - $0.after) }
        let (sent, now) = (page.events.count, local.now)
        board.noteConfirmed(rows: sent, at: now)
        board.update { $0.backfillRemaining = remaining }
    }

    private func sendDevices(_ session: CentreSession, _ backfill: SiteRecord.Backfill) throws {
        var cursor: String?
        repeat {
            let after = cursor
            let page = try local.read { try AllDevices.read(after: after, limit: EdgeDevice.pageLimit, $0) }
            do {
                try session.apply(EncodedBatch(stand(backfill, page.newestSequence, page.devices)))
            } catch {
                guard error.isOfOneRow else { throw error }
                for device in page.devices { try send(device, backfill, page.newestSequence, session) }
            }
            cursor = page.next
        } while cursor != nil
    }

    private func send(
        _ device: EdgeDevice, _ backfill: SiteRecord.Backfill, _ sequence: Int64, _ session: CentreSession
    ) throws {
        do {
            try session.apply(EncodedBatch(stand(backfill, sequence, [device])))
        } catch {
            guard error.isOfOneRow else { throw error }
            try park(
                entity: "edge_devices", key: device.deviceID, operation: "update", sequence: sequence, error)
        }
    }

    /// Devices go without a step of the walk.
    private func stand(
        _ backfill: SiteRecord.Backfill, _ sequence: Int64, _ devices: [EdgeDevice]
    ) -> CentreBatch {
        CentreBatch(
            epoch: position.epoch, watermark: position.watermark,
            backfill: .init(expectedAfter: backfill.after, after: backfill.after), sequence: sequence, events: [],
            devices: devices)
    }
}
