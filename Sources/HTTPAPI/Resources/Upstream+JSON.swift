import Domain

extension UpstreamStatus {
    /// Writes the members of the state's object.
    func write(to writer: inout JSONWriter) {
        writer.member("state", state.rawValue)
        writer.member("problem", problem?.rawValue)
        writer.member("last_error", errorText)
        writer.member("last_error_at", errorAt)
        writer.member("server", server)
        writer.member("connected_since", connectedSince)
        writer.member("last_confirmed_at", lastConfirmedAt)
        writer.member("lag_rows", lagRows)
        writer.member("lag_seconds", lagSeconds.inTenths)
        writer.member("rows_per_second", rowsPerSecond.inTenths)
        writer.member("confirmed_sequence", confirmedSequence)
        writer.member("epoch", epoch)
        writer.member("rows_sent", rowsSent)
        writer.member("batches_sent", batchesSent)
        writer.member("parked_rows", parkedRows)
        writer.member("backfill_remaining", backfillRemaining)
        writer.member("pictures_waiting", picturesWaiting)
        writer.member("pictures_sent", picturesSent)
        writer.member("pictures_passed", picturesPassed)
        writer.member("pictures_error", picturesErrorText)
    }
}

extension UpstreamParkedRow {
    /// Writes the members of the row's object.
    func write(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("entity", entity)
        writer.member("entity_key", key)
        writer.member("operation", operation)
        writer.member("sequence", sequence)
        writer.member("sqlstate", sqlState)
        writer.member("message", message)
        writer.member("parked_at", parkedAt)
        writer.member("attempts", attempts)
    }
}
