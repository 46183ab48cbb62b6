public import Store

extension CentreSession {
    /// Sends rows of the communication log, oldest first, and moves the centre's cursor.
    /// - Parameters:
    ///   - expected: where the cursor stands, `SiteRecord.logsThrough`.
    ///   - through: where it goes: the `id` of the last row that was looked at.
    public func applyLogs(
        _ rows: [CommunicationLogRow], epoch: Int64, expected: Int64, through: Int64
    ) throws(PostgresError) {
        var text = CopyText()
        for row in rows { text.row(row) }
        do throws(PostgresError) {
            try connection.simple(
                """
                BEGIN; SELECT lpr.prepare_logs(); COPY pg_temp.lpr_incoming_logs (\(CopyText.logColumns)) FROM STDIN; \
                SELECT lpr.advance_logs(\(epoch), \(expected), \(through)); SELECT lpr.apply_logs(\(epoch)); COMMIT
                """, copies: [text.bytes], operation: "send the log")
        } catch {
            try rollBack(after: error)
            throw error
        }
    }
}
