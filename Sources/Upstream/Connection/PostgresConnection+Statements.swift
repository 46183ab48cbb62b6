internal import CLibPQ
import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension PostgresConnection {
    /// Runs statements that stand in one text, separated by semicolons, and gives the results of all.
    /// - Parameter copies: the data of each `COPY … FROM STDIN` in it, in their order.
    /// - Throws: `PostgresError` of the first statement that fails; those behind it do not run. An open transaction is
    ///   then to be rolled back by the caller.
    @discardableResult
    public func simple(
        _ sql: String, copies: [[UInt8]] = [], operation: String = "query"
    ) throws(PostgresError) -> [PostgresRows] {
        try sendCopies(sql, copies: copies, operation: operation)
        return try finish(operation: operation)
    }

    /// Runs one statement with parameters `$1`, `$2`, … as text.
    @discardableResult
    public func query(
        _ sql: String, _ parameters: [String?], operation: String = "query"
    ) throws(PostgresError) -> PostgresRows {
        try query(sql, values: parameters.map { $0.map(PostgresValue.text) ?? .null }, operation: operation)
    }

    /// Sends statements and the data of each COPY, and comes back when the last byte of data is on its way; what the
    /// server makes of it is told by `finish`, which has to be called next.
    func sendCopies(_ sql: String, copies: [[UInt8]], operation: String) throws(PostgresError) {
        let end = deadline
        earlier = []
        failure = nil
        guard PQsendQuery(try live(operation), sql) == 1 else { throw lost(operation) }
        try flush(until: end, operation)
        var waiting = copies[...]
        while !waiting.isEmpty, let result = try next(operation, until: end) {
            defer { PQclear(result) }
            if PQresultStatus(result) == PGRES_COPY_IN {
                try copy(waiting.popFirst() ?? [], operation, until: end)
            } else {
                take(result, operation)
                // What comes behind an error is never asked for.
                if failure != nil { return }
            }
        }
    }

    /// Reads results until the server is ready for the next query.
    @discardableResult
    func finish(operation: String) throws(PostgresError) -> [PostgresRows] {
        let end = deadline
        while let result = try next(operation, until: end) {
            let status = PQresultStatus(result)
            defer { PQclear(result) }
            switch status {
            case PGRES_COPY_IN: try copy([], operation, until: end)
            case PGRES_COPY_OUT, PGRES_COPY_BOTH:
                close()
                throw PostgresError(
                    .configuration, .other, operation: operation, message: "the server wants to send a copy",
                    isConnectionLost: true)
            default: take(result, operation)
            }
        }
        defer { (earlier, failure) = ([], nil) }
        guard let failure else { return earlier }
        if failure.isConnectionLost { close() }
        throw failure
    }

    private func take(_ result: OpaquePointer, _ operation: String) {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: earlier.append(PostgresRows(result))
        default:
            guard failure == nil else { return }
            var error = PostgresError(result, operation: operation)
            if let handle, PQstatus(handle) == CONNECTION_BAD {
                // A server that shuts down says so before it closes; one that dies says nothing.
                if error.sqlState.isEmpty { error = PostgresError(connecting: error.message, operation: operation) }
                error.isConnectionLost = true
            }
            failure = error
        }
    }

    /// The next result, or nil when the query is done.
    private func next(_ operation: String, until end: ContinuousClock.Instant) throws(PostgresError) -> OpaquePointer? {
        while true {
            let handle = try live(operation)
            if PQisBusy(handle) == 0 {
                if let result = PQgetResult(handle) { return result }
                if PQstatus(handle) == CONNECTION_BAD { throw lost(operation) }
                return nil
            }
            _ = try wait(Int32(POLLIN), until: end, operation)
            if PQconsumeInput(handle) == 0 {
                // An error that the server has told before it closed still waits to be read.
                if PQisBusy(handle) == 0, let result = PQgetResult(handle) { return result }
                throw lost(operation)
            }
        }
    }

    /// Bytes that are handed to libpq at once; it keeps no more than these and what the socket takes.
    private static let portion = 64 * 1_024

    private func copy(
        _ bytes: [UInt8], _ operation: String, until end: ContinuousClock.Instant
    ) throws(PostgresError) {
        var sent = 0
        while sent < bytes.count {
            let handle = try live(operation)
            let count = min(Self.portion, bytes.count - sent)
            let outcome = bytes.withUnsafeBytes { buffer in
                buffer.baseAddress.map {
                    PQputCopyData(handle, ($0 + sent).assumingMemoryBound(to: CChar.self), Int32(count))
                } ?? 0
            }
            switch outcome {
            case 1:
                sent += count
                try flush(until: end, operation)
            case 0: _ = try wait(Int32(POLLOUT), until: end, operation)
            default: throw lost(operation)
            }
        }
        while true {
            let outcome = PQputCopyEnd(try live(operation), nil)
            if outcome == 1 { break }
            guard outcome == 0 else { throw lost(operation) }
            _ = try wait(Int32(POLLOUT), until: end, operation)
        }
        try flush(until: end, operation)
    }
}
