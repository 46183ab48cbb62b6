public import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension CentreSession {
    /// Sends a batch and waits until the centre has it on its disk.
    /// - Throws: `PostgresError`. Of kind `row`: nothing of the batch is there, and halves of it may be tried. Of kind
    ///   `conflict`: the watermark or the epoch is another one. With `isConnectionLost` it is not known whether it is
    ///   there: the watermark of the next `hello` tells.
    public func apply(_ batch: EncodedBatch) throws(PostgresError) {
        try send(batch)
        try confirm()
    }

    /// Sends a batch without waiting for the server to have worked on it; `confirm` waits. Between both the caller may
    /// read and encode the next one.
    public func send(_ batch: EncodedBatch) throws(PostgresError) {
        precondition(underWay == nil, "the batch before is not confirmed")
        try ensure(batch.months)
        try connection.sendCopies(batch.sql, copies: batch.copies, operation: "send a batch")
        underWay = batch
    }

    /// Waits until the centre has committed what was sent.
    public func confirm() throws(PostgresError) {
        guard let batch = underWay else { return }
        underWay = nil
        do throws(PostgresError) {
            try connection.finish(operation: "send a batch")
        } catch {
            try rollBack(after: error)
            guard error.isOfMissingMonth else { throw error }
            // Somebody has dropped a month that this session knew to be there.
            months = []
            try ensure(batch.months)
            do throws(PostgresError) {
                try connection.simple(batch.sql, copies: batch.copies, operation: "send a batch")
            } catch {
                try rollBack(after: error)
                throw error
            }
        }
    }

    /// An error within a transaction leaves it open.
    func rollBack(after error: PostgresError) throws(PostgresError) {
        guard connection.isOpen else { throw error }
        do throws(PostgresError) {
            try connection.simple("ROLLBACK", operation: "roll back")
        } catch {
            // The first error says more.
            connection.close()
        }
        guard connection.isOpen else {
            var lost = error
            lost.isConnectionLost = true
            throw lost
        }
    }

    /// Makes the partitions of months, outside of the transaction of the batch.
    func ensure(_ wanted: Set<CentreMonth>) throws(PostgresError) {
        for month in wanted.subtracting(months).sorted() {
            _ = try connection.query(
                "SELECT lpr.ensure_partition($1)", [month.firstDay], operation: "make the month \(month.firstDay)")
            if months.count >= Self.monthLimit { months = [] }
            months.insert(month)
        }
    }

    /// All that there can be.
    private static let monthLimit = 600

    /// Makes this month and the next two, so that no batch waits for that later. Called now and then.
    public func ensureMonthsAhead(of now: Instant) throws(PostgresError) {
        guard let month = CentreMonth(now) else { return }
        try ensure([month, month.next, month.next.next])
    }
}

extension PostgresError {
    /// `no partition of relation "lpr_events" found for row`: a violated check without a constraint.
    var isOfMissingMonth: Bool { sqlState == "23514" && constraint.isEmpty && table == "lpr_events" }
}
