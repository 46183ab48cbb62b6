import CLinuxCalls

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Runs one of the system's programs and reads what it prints.
enum ProgramCall {
    struct Result: Sendable, Hashable {
        let exitStatus: Int32
        let output: String
    }

    /// Bytes; what comes after that is not read.
    private static let outputLimit = 1 << 20
    /// Not what PATH says: whoever runs this as root must not start a program that somebody put in the way.
    private static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    private static let environment = ["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SYSTEMD_COLORS=0"]

    /// Where a program is; nil when it is not installed.
    static func path(of name: String) -> String? {
        folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Blocks until the program ends; after `limit` it is killed.
    /// - Returns: nil when it is not installed, or did not end in time.
    static func run(_ name: String, _ arguments: [String], limit: Duration = .seconds(2)) -> Result? {
        guard let path = path(of: name), let (process, output) = start(path, arguments) else { return nil }
        defer { close(output) }
        let (bytes, isWhole) = read(output, until: ContinuousClock().now + limit)
        if !isWhole { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard isWhole, status & 0x7f == 0 else { return nil }
        return Result(exitStatus: status >> 8 & 0xff, output: String(decoding: bytes, as: UTF8.self))
    }

    private static func start(_ path: String, _ arguments: [String]) -> (process: pid_t, output: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard lpr_pipe(&ends) == 0 else { return nil }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of Dispatch block signals, and a new program would inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = ([path] + arguments).map { strdup($0) }
        let variables = environment.map { strdup($0) }
        defer { for text in words + variables { free(text) } }
        var process: pid_t = 0
        guard posix_spawn(&process, path, &actions, &attributes, words + [nil], variables + [nil]) == 0 else {
            close(ends[0])
            return nil
        }
        return (process, ends[0])
    }

    private static func read(_ descriptor: Int32, until end: ContinuousClock.Instant) -> ([UInt8], isWhole: Bool) {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1_024)
        while bytes.count < outputLimit {
            let rest = (end - ContinuousClock().now).components
            let milliseconds = rest.seconds * 1_000 + rest.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else { return (bytes, false) }
            var interest = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&interest, 1, Int32(clamping: milliseconds)) != 0 else { return (bytes, false) }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return (bytes, count == 0) }
            bytes += chunk[..<count]
        }
        return (bytes, false)
    }
}
