import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension PostgresServer {
    /// A fresh data directory, made once for each run of the tests and then copied: `initdb` takes a second.
    private static func template() throws -> String {
        try made.withLock { made in
            if let folder = made { return folder.path + "/data" }
            let folder = try ScratchFolder()
            try own(folder.path)
            let password = folder.path + "/password"
            try TextFile.write(superPassword + "\n", to: password)
            try own(password)
            try PostgresPrograms.run(
                [
                    try PostgresPrograms.path("initdb"), "-D", folder.path + "/data", "-U", superuser, "-E", "UTF8",
                    "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile", password,
                    "--no-sync",
                ], asServer: true)
            made = folder
            atexit { PostgresServer.made.withLock { $0 = nil } }
            return folder.path + "/data"
        }
    }

    private static let made = Mutex<ScratchFolder?>(nil)

    /// Makes a certificate that vouches for itself; gives the lines of the configuration.
    static func certify(_ path: String) throws -> [String] {
        let (certificate, key) = (path + "/server.crt", path + "/server.key")
        try PostgresPrograms.run([
            "openssl", "req", "-x509", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-keyout", key, "-out", certificate,
        ])
        chmod(key, 0o600)
        try own(key)
        return ["ssl = on", "ssl_cert_file = '\(certificate)'", "ssl_key_file = '\(key)'"]
    }

    static func prepare(_ path: String, _ port: UInt16, _ settings: [String]) throws {
        try own(path)
        let data = path + "/data"
        if access(data, F_OK) != 0 {
            try PostgresPrograms.run(
                ["cp", "-a", "--reflink=auto", try template(), data], asServer: true)
        }
        let lines =
            [
                "port = \(port)", "listen_addresses = '127.0.0.1'", "unix_socket_directories = '\(path)'",
                "shared_buffers = 32MB", "max_connections = 300", "log_line_prefix = '%m [%p] %a '",
                // Tests end processes, not machines; the system keeps what was written.
                "fsync = off", "max_wal_size = 1GB",
            ] + settings
        try TextFile.write(lines.joined(separator: "\n") + "\n", to: data + "/postgresql.conf")
        try own(data + "/postgresql.conf")
    }

    static func launch(_ path: String, _ prefix: [String], _ log: TemporaryFile) throws -> pid_t {
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(null) }
        let program = try PostgresPrograms.path("postgres")
        return try LastingThread.shared.run {
            try PostgresPrograms.start(
                [program, "-D", path + "/data"], prefix: prefix, input: null, output: log.descriptor, asServer: true,
                endsWithUs: true)
        }
    }

    /// Waits until it takes connections.
    static func awaitStart(_ pid: pid_t, _ path: String, _ port: UInt16, _ log: TemporaryFile) throws {
        let ready = try PostgresPrograms.path("pg_isready")
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid { throw PostgresServerError("PostgreSQL has ended: \(log.text)") }
            let answer = try? PostgresPrograms.run([ready, "-q", "-h", path, "-p", "\(port)"])
            if answer != nil { return }
            usleep(20_000)
        }
        Glibc.kill(pid, SIGKILL)
        throw PostgresServerError("PostgreSQL does not start within a minute: \(log.text)")
    }

    static func own(_ path: String) throws {
        guard let account = PostgresPrograms.account else { return }
        guard chown(path, account.user, account.group) == 0 else {
            throw PostgresServerError("chown \(path): \(String(cString: strerror(errno)))")
        }
    }
}

enum TextFile {
    static func write(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw PostgresServerError("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }

    static func read(_ path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PostgresServerError("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer.prefix(count)
        }
    }
}

/// Ports of this machine for servers that cannot choose a free one themselves.
public enum LoopbackPort {
    /// Linux gives outgoing connections ports from 32,768 on: a server that is away for a while finds its port free.
    private static let range: Range<UInt16> = 14_000..<32_000
    private static let given = Mutex<Set<UInt16>>([])

    /// A port that nobody listens on and that no other test of this run has got.
    ///
    /// Another process may still be faster: who starts a server on it has to be ready to take another one.
    public static func pick() throws -> UInt16 {
        for _ in 0..<1_000 {
            let port = UInt16.random(in: range)
            guard given.withLock({ $0.insert(port).inserted }), isFree(port) else { continue }
            return port
        }
        throw PostgresServerError("no port of \(range) is free")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
