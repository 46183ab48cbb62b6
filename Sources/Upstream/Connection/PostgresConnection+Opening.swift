internal import CLibPQ
import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension PostgresConnection {
    /// Connects to the first host that answers as asked: by default one that can be written.
    /// - Throws: `PostgresError`; with several hosts its words name each, and its kind is the one that somebody has to
    ///   act on, if there is one.
    public static func open(
        _ settings: PostgresSettings, interrupt: UpstreamInterrupt = UpstreamInterrupt()
    ) throws(PostgresError) -> PostgresConnection {
        var errors: [(ConnectionURL.Host, PostgresError)] = []
        for host in settings.url.hosts {
            do throws(PostgresError) {
                let connection = try open(host, settings, interrupt)
                try connection.prepare()
                return connection
            } catch {
                if error.kind == .interrupted { throw error }
                errors.append((host, error))
            }
        }
        guard errors.count > 1, var error = (errors.first { $0.1.kind == .configuration } ?? errors.first)?.1 else {
            throw errors.first?.1
                ?? PostgresError(.configuration, .unreachable, operation: "connect", message: "no host is named")
        }
        let all = errors.map { "\($0.0.text): \($0.1.message)" }.joined(separator: "\n")
        error = PostgresError(
            error.kind, error.problem, operation: "connect", message: all, sqlState: error.sqlState,
            isConnectionLost: true)
        throw error
    }

    private static func open(
        _ host: ConnectionURL.Host, _ settings: PostgresSettings, _ interrupt: UpstreamInterrupt
    ) throws(PostgresError) -> PostgresConnection {
        let parameters = try settings.parameters(for: host)
        let (names, texts) = (parameters.map { strdup($0.0) }, parameters.map { strdup($0.1) })
        defer { for word in names + texts { free(word) } }
        let keys = names.map { UnsafePointer($0) } + [nil]
        let values = texts.map { UnsafePointer($0) } + [nil]
        guard let handle = PQconnectStartParams(keys, values, 0) else {
            throw PostgresError(.transient, .other, operation: "connect", message: "out of memory")
        }
        // Errors then carry the SQLSTATE, which tells a wrong password in every language.
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        let connection = PostgresConnection(
            handle, settings, server: host.text + "/" + settings.url.database, interrupt)
        try connection.greet()
        return connection
    }

    /// Leads libpq through the connection.
    private func greet() throws(PostgresError) {
        let end = ContinuousClock.now + settings.connectTimeout
        var next = PGRES_POLLING_WRITING
        while true {
            let handle = try live("connect")
            switch next {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_FAILED:
                let words = String(cString: PQerrorMessage(handle))
                close()
                throw PostgresError(connecting: words)
            default: break
            }
            guard PQstatus(handle) != CONNECTION_BAD else { throw lost("connect") }
            let events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT
            switch interrupt.wait(for: PQsocket(handle), events: Int32(events), until: end) {
            case .ready: next = PQconnectPoll(handle)
            case .woken: continue
            case .interrupted:
                close()
                throw .interrupted("connect")
            case .timedOut:
                close()
                throw PostgresError(
                    .transient, .unreachable, operation: "connect",
                    message: "\(server) does not answer within \(settings.connectTimeout.wholeMilliseconds / 1_000) s",
                    isConnectionLost: true)
            }
        }
    }

    /// Settings of the session. The server notices a client that is gone, so that a half-sent transaction does not hold
    /// its locks; a commit is on the server's disk before it is confirmed, whatever the server's default.
    private func prepare() throws(PostgresError) {
        if let handle, PQsetnonblocking(handle, 1) != 0 { throw lost("connect") }
        let limit = max(1, settings.statementTimeout.wholeMilliseconds)
        _ = try simple(
            """
            SET statement_timeout = \(limit); SET idle_in_transaction_session_timeout = \(limit); \
            SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; \
            SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET bytea_output = 'hex'; SET search_path = pg_catalog; \
            SELECT pg_catalog.set_config('synchronous_commit', 'on', false) \
            WHERE pg_catalog.current_setting('synchronous_commit') = 'off'
            """, operation: "connect")
    }
}
