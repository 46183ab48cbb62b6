import Domain
import Synchronization

/// Events that are older than the retention.
extension Upkeep {
    func deleteOldEvents(_ age: Duration, _ report: inout Report) async {
        do {
            for _ in 0..<Self.portionLimit {
                let cursor = retentionCursor.withLock { $0 }
                let portion = try await deletePortion(age, after: cursor, .confirmed)
                retentionCursor.withLock { $0 = portion.next ?? 0 }
                report.note(portion)
                if portion.next == nil { return }
            }
        } catch {
            report.errors.append(StoreError(error, operation: "delete old events"))
        }
    }

    func deleteUnconfirmedEvents(_ age: Duration, limit: Int, _ report: inout Report) async {
        do {
            var cursor: Int64? = 0
            while let after = cursor, report.unconfirmedEvents < limit {
                let portion = try await deletePortion(age, after: after, .unconfirmed)
                report.note(portion)
                report.unconfirmedEvents += portion.deleted
                cursor = portion.next
            }
        } catch {
            report.errors.append(StoreError(error, operation: "delete old events that the centre does not have"))
        }
    }

    private func deletePortion(
        _ age: Duration, after cursor: Int64, _ part: EventRetention.Part
    ) async throws -> EventRetention.Portion {
        try await store.write(weight: EventRetention.portion) { context in
            try EventRetention(cutoff: context.now - age, now: context.now, part: part)
                .deletePortion(after: cursor, context)
        }
    }
}

extension Upkeep.Report {
    fileprivate mutating func note(_ portion: EventRetention.Portion) {
        if portion.deleted > 0 { deleted["lpr_events", default: 0] += portion.deleted }
        pictures += portion.pictures
    }
}
