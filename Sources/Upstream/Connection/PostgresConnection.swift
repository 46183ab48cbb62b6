internal import CLibPQ
import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One connection to a PostgreSQL server, for one thread at a time, which it blocks: every wait has a deadline and ends
/// when `UpstreamInterrupt` says so.
///
/// libpq runs without blocking and is waited for by `poll`; only the look-up of a host's name blocks inside it.
///
///     open ─▶ idle ─send─▶ busy ─results─▶ idle         an error of the server: idle again
///                           │                           time-out, loss, interrupt: closed
public final class PostgresConnection {
    public let settings: PostgresSettings
    /// `host:port/dbname` of the server that answered.
    public let server: String
    let interrupt: UpstreamInterrupt
    /// Nil once it is closed.
    private(set) var handle: OpaquePointer?
    /// Results and the first error of what is under way.
    var earlier: [PostgresRows] = []
    var failure: PostgresError?

    init(_ handle: OpaquePointer, _ settings: PostgresSettings, server: String, _ interrupt: UpstreamInterrupt) {
        self.handle = handle
        self.settings = settings
        self.server = server
        self.interrupt = interrupt
    }

    deinit { close() }

    public var isOpen: Bool { handle != nil }

    /// The server's version as a number, such as 150004 for 15.4.
    public var serverVersion: Int { handle.map { Int(PQserverVersion($0)) } ?? 0 }
    public var isEncrypted: Bool { handle.map { PQsslInUse($0) != 0 } ?? false }
    /// As the server says: `UTF8` or another one.
    var serverEncoding: String { parameter("server_encoding") }

    func parameter(_ name: String) -> String {
        handle.flatMap { PQparameterStatus($0, name) }.map { String(cString: $0) } ?? ""
    }

    /// Closes it; the server undoes what was not committed.
    public func close() {
        guard let handle else { return }
        self.handle = nil
        PQfinish(handle)
    }

    func live(_ operation: String) throws(PostgresError) -> OpaquePointer {
        guard let handle else {
            throw PostgresError(
                .transient, .unreachable, operation: operation, message: "the connection is closed",
                isConnectionLost: true)
        }
        return handle
    }

    /// When the client gives up, counted from now.
    var deadline: ContinuousClock.Instant { .now + settings.statementTimeout + PostgresSettings.patience }

    /// Closes it and makes the error of it.
    func lost(_ operation: String) -> PostgresError {
        let words = handle.map { String(cString: PQerrorMessage($0)) } ?? ""
        close()
        var error = PostgresError(connecting: words.isEmpty ? "the server has closed it" : words, operation: operation)
        error.isConnectionLost = true
        return error
    }

    /// Waits for the socket; closes it when that does not come.
    func wait(
        _ events: Int32, until end: ContinuousClock.Instant, _ operation: String
    ) throws(PostgresError) -> Int32 {
        let handle = try live(operation)
        while true {
            switch interrupt.wait(for: PQsocket(handle), events: events, until: end) {
            case .ready(let found): return found
            case .woken: continue
            case .timedOut:
                close()
                throw .timedOut(operation, after: settings.statementTimeout)
            case .interrupted:
                close()
                throw .interrupted(operation)
            }
        }
    }

    /// Sends what libpq still holds back.
    func flush(until end: ContinuousClock.Instant, _ operation: String) throws(PostgresError) {
        while true {
            let handle = try live(operation)
            switch PQflush(handle) {
            case 0: return
            case 1:
                let found = try wait(Int32(POLLIN | POLLOUT), until: end, operation)
                // The server may wait for us to read before it reads on.
                if found & Int32(POLLIN) != 0, PQconsumeInput(handle) == 0 { throw lost(operation) }
            default: throw lost(operation)
            }
        }
    }
}
