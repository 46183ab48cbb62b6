import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A real PostgreSQL on a free port of the loopback address, in a directory that is gone with the object.
///
/// Its methods block: call them on a thread of their own. Passwords are asked for at the address, and not at the socket
/// in its directory, through which `psql` comes as the superuser `postgres`.
public final class PostgresServer: Sendable {
    public let port: UInt16
    public let folder: ScratchFolder
    private let log: TemporaryFile
    private let prefix: [String]
    private let process = Mutex<pid_t?>(nil)

    public static let superuser = "postgres"
    public static let superPassword = "top secret"

    /// Whether PostgreSQL is there.
    public static var isInstalled: Bool { PostgresPrograms.directory != nil }

    /// - Parameters:
    ///   - settings: lines of `postgresql.conf`.
    ///   - isEncrypted: with a certificate of its own for `localhost` and 127.0.0.1, see `certificate`.
    ///   - parent: where its directory is made.
    ///   - prefix: a program with arguments that starts the server, such as `nsenter`.
    public init(
        settings: [String] = [], isEncrypted: Bool = false, below parent: String = "/tmp", prefix: [String] = []
    ) throws {
        folder = try ScratchFolder(below: parent)
        self.prefix = prefix
        var settings = settings
        if isEncrypted { settings += try Self.certify(folder.path) }
        log = try TemporaryFile()
        var last: (any Error)?
        // Another process may take the port first.
        for _ in 0..<5 {
            let port = try LoopbackPort.pick()
            try Self.prepare(folder.path, port, settings)
            do {
                process.withLock { $0 = nil }
                let pid = try Self.launch(folder.path, prefix, log)
                try Self.awaitStart(pid, folder.path, port, log)
                process.withLock { $0 = pid }
                self.port = port
                return
            } catch { last = error }
        }
        throw last ?? PostgresServerError("PostgreSQL does not start")
    }

    deinit { end(SIGKILL) }

    /// One for all tests of the process that do not hurt it; each takes a database of its own. It ends with the process.
    public static func shared() throws -> PostgresServer {
        try common.withLock { common in
            if let server = common { return server }
            let server = try PostgresServer()
            common = server
            atexit { PostgresServer.common.withLock { $0 = nil } }
            return server
        }
    }

    private static let common = Mutex<PostgresServer?>(nil)

    private var data: String { folder.path + "/data" }

    /// What vouches for an encrypted server: its own certificate, PEM.
    public var certificate: String { folder.path + "/server.crt" }

    /// `postgresql://USER[:PASSWORD]@127.0.0.1:PORT/DATABASE`, for the superuser unless another one is named.
    public func url(
        user: String = superuser, password: String? = nil, database: String = "postgres", parameters: String = ""
    ) -> String {
        let password = password ?? (user == Self.superuser ? Self.superPassword : nil)
        let secret = password.map { ":" + $0.replacing(" ", with: "%20") } ?? ""
        return "postgresql://\(user)\(secret)@127.0.0.1:\(port)/\(database)\(parameters)"
    }

    /// What it has written.
    public var logText: String { log.text }

    /// Runs SQL as the superuser, through its socket.
    /// - Returns: the rows, columns separated by `|`.
    @discardableResult
    public func psql(_ sql: String, database: String = "postgres", user: String = superuser) throws -> String {
        let output = try PostgresPrograms.run(
            [
                try PostgresPrograms.path("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", folder.path,
                "-p", "\(port)", "-U", user, "-d", database, "-f", "-",
            ], input: sql)
        return output.hasSuffix("\n") ? String(output.dropLast()) : output
    }

    /// A new, empty database; gives its name.
    public func database(_ name: String) throws -> String {
        try psql("CREATE DATABASE \"\(name)\"")
        return name
    }

    /// Lets the server's account have a file or directory.
    public func give(_ path: String) throws { try Self.own(path) }

    /// Ends it in order, with its connections.
    public func stop() { end(SIGINT) }

    /// As if its power went: the postmaster and all that it has started.
    public func kill() { end(SIGKILL) }

    /// Stops it from answering, with all of its connections; the network still takes what is sent to it.
    public func freeze() { signalAll(SIGSTOP) }

    /// It goes on where it was.
    public func thaw() { signalAll(SIGCONT) }

    private func signalAll(_ signal: Int32) {
        process.withLock { process in
            guard let pid = process else { return }
            Glibc.kill(pid, signal)
            for child in Self.children(of: pid) { Glibc.kill(child, signal) }
        }
    }

    /// Starts it again where it was.
    public func startAgain() throws {
        var last: (any Error)?
        // What was killed may not be gone yet: then PostgreSQL finds its memory in use and ends.
        for _ in 0..<20 {
            do {
                let pid = try Self.launch(folder.path, prefix, log)
                try Self.awaitStart(pid, folder.path, port, log)
                return process.withLock { $0 = pid }
            } catch {
                last = error
                usleep(50_000)
            }
        }
        throw last ?? PostgresServerError("PostgreSQL does not start again")
    }

    /// Has it read its configuration again after a line was added to `postgresql.conf`.
    public func configure(_ line: String) throws {
        try psql("ALTER SYSTEM SET \(line); SELECT pg_reload_conf()")
    }

    private func end(_ signal: Int32) {
        process.withLock { process in
            guard let pid = process else { return }
            process = nil
            // All in its session: each of its processes has a group of its own only when it asks for one.
            if signal == SIGKILL { Self.killChildren(of: pid) }
            Glibc.kill(pid, signal)
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        }
    }

    /// Children of a killed postmaster would go on until they notice.
    private static func killChildren(of pid: pid_t) {
        Glibc.kill(pid, SIGSTOP)
        for child in children(of: pid) { Glibc.kill(child, SIGKILL) }
    }

    private static func children(of pid: pid_t) -> [pid_t] {
        let text = (try? TextFile.read("/proc/\(pid)/task/\(pid)/children")) ?? ""
        return text.split(separator: " ").compactMap { pid_t($0) }
    }
}
