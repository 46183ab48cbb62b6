#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A program that runs beside this one, its output in a file.
final class ChildProcess {
    let identifier: pid_t
    private var status: Int32?

    /// - Parameter environment: all of it; nothing of ours is inherited but the path.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], output: String
    ) throws(BenchmarkError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var environment = environment
        environment["PATH"] = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var identifier: pid_t = 0
        let code = posix_spawnp(&identifier, program, &actions, nil, &words, &variables)
        guard code == 0 else {
            throw BenchmarkError("cannot start \(program): \(String(cString: strerror(code)))")
        }
        self.identifier = identifier
    }

    deinit {
        guard status == nil else { return }
        kill(identifier, SIGKILL)
        waitpid(identifier, nil, 0)
    }

    func signal(_ signal: Int32) { kill(identifier, signal) }

    /// The exit code, or 128 and the signal that ended it, as a shell says; nil while it runs.
    func exitCode() -> Int32? {
        if status == nil {
            var status: Int32 = 0
            if waitpid(identifier, &status, WNOHANG) == identifier { self.status = status }
        }
        return status.map { $0 & 0x7F == 0 ? ($0 >> 8) & 0xFF : 128 + ($0 & 0x7F) }
    }

    /// Waits for the end.
    /// - Parameter meanwhile: is called some times in a second.
    /// - Returns: the exit code.
    func wait(atMost limit: Duration, every interval: Duration = .milliseconds(5), meanwhile: () -> Void = {})
        throws(BenchmarkError) -> Int32
    {
        let end = ContinuousClock().now + limit
        while true {
            if let code = exitCode() { return code }
            guard ContinuousClock().now < end else {
                throw BenchmarkError("process \(identifier) did not end within \(limit)")
            }
            meanwhile()
            pause(interval)
        }
    }
}

/// Sleeps on this thread.
func pause(_ duration: Duration) {
    usleep(UInt32(clamping: Int64(duration.seconds * 1e6)))
}
