#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// PostgreSQL's programs, as the distribution installs them: beside each other, one directory a version.
enum PostgresPrograms {
    /// The directory of the newest version, or of the one that `POSTGRES_BIN` names; nil when none is installed.
    static let directory: String? = {
        if let chosen = getenv("POSTGRES_BIN").map({ String(cString: $0) }), !chosen.isEmpty { return chosen }
        let root = "/usr/lib/postgresql"
        let versions = ScratchFolder.names(in: root).compactMap { Int($0) }.sorted(by: >)
        return versions.map { "\(root)/\($0)/bin" }.first { access("\($0)/postgres", X_OK) == 0 }
    }()

    static func path(_ name: String) throws -> String {
        guard let directory else {
            throw PostgresServerError("PostgreSQL is not installed; see packaging/setup.sh test")
        }
        return "\(directory)/\(name)"
    }

    /// Who runs the server: it refuses to run as root.
    static let account: (user: uid_t, group: gid_t)? = {
        guard geteuid() == 0 else { return nil }
        return (getpwnam("postgres") ?? getpwnam("nobody")).map { ($0.pointee.pw_uid, $0.pointee.pw_gid) }
    }()

    /// Runs a program until it ends. Blocks.
    /// - Parameter asServer: as the account of the server, when we are root.
    /// - Returns: what it wrote, both ways.
    @discardableResult
    static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:], asServer: Bool = false
    ) throws -> String {
        let output = try TemporaryFile()
        let inputFile = try TemporaryFile(input)
        let pid = try start(
            arguments, input: inputFile.descriptor, output: output.descriptor, environment: environment,
            asServer: asServer)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let text = output.text
        guard status == 0 else { throw PostgresServerError("\(arguments.joined(separator: " ")): \(text)") }
        return text
    }

    /// Starts a program; both outputs go to one descriptor.
    /// - Parameters:
    ///   - prefix: a program with arguments that starts it, with all rights that we have, such as `nsenter`.
    ///   - endsWithUs: it is ended when the calling thread ends, and so when this process dies.
    static func start(
        _ arguments: [String], prefix: [String] = [], input: Int32, output: Int32,
        environment: [String: String] = [:], asServer: Bool, endsWithUs: Bool = false
    ) throws -> pid_t {
        var words = ["env"] + environment.map { "\($0.key)=\($0.value)" } + prefix
        if (asServer && account != nil) || endsWithUs {
            words.append("setpriv")
            if endsWithUs { words.append("--pdeathsig=QUIT") }
            if asServer, let account {
                words += ["--reuid=\(account.user)", "--regid=\(account.group)", "--clear-groups"]
            }
            words.append("--")
        }
        words += arguments
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of Dispatch block signals and this process ignores some; a new program would inherit both.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let texts = words.map { strdup($0) }
        defer { for text in texts { free(text) } }
        var pid: pid_t = 0
        let result = posix_spawnp(&pid, "env", &actions, &attributes, texts + [nil], environ)
        guard result == 0 else {
            throw PostgresServerError("\(arguments.first ?? ""): \(String(cString: strerror(result)))")
        }
        return pid
    }
}

/// Why a server of a test does not do what it should.
public struct PostgresServerError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A file without a name, open in this process alone and in what it starts.
final class TemporaryFile: Sendable {
    let descriptor: Int32

    init(_ text: String = "") throws {
        var template = Array("/tmp/lpr-test-XXXXXX".utf8CString)
        descriptor = template.withUnsafeMutableBufferPointer { buffer in
            guard let path = buffer.baseAddress else { return -1 }
            let descriptor = mkstemp(path)
            if descriptor >= 0 { unlink(path) }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            return descriptor
        }
        guard descriptor >= 0 else { throw PostgresServerError("temporary file: \(String(cString: strerror(errno)))") }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        lseek(descriptor, 0, SEEK_SET)
    }

    deinit { close(descriptor) }

    /// All of it.
    var text: String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
        var offset: off_t = 0
        while true {
            let count = pread(descriptor, &buffer, buffer.count, offset)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer.prefix(count)
            offset += off_t(count)
        }
    }
}
