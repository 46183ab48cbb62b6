import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A program that a test has started. It is killed when its object goes and it still runs.
final class ChildProcess: Sendable {
    /// How a program ended.
    enum Ending: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    let pid: pid_t
    let output: Transcript
    let errors: Transcript
    private let input: Mutex<Int32>
    private let life: Life

    /// - Parameters:
    ///   - arguments: the program, found on PATH, and its arguments.
    ///   - environment: what is set beside this process's own environment, without its `LPR_…`.
    init(_ arguments: [String], environment: [String: String] = [:], directory: String? = nil) throws {
        // `env` becomes the program: the number of the process stays.
        let words = (directory.map { ["env", "--chdir", $0] } ?? []) + arguments
        let variables = Self.environment(environment)
        let (pid, input, output, errors) = try Self.starting.withLock { _ in
            let (input, output, errors) = (try Pipe(), try Pipe(), try Pipe())
            let ends = (input.reading, output.writing, errors.writing)
            return (try Self.spawn(words, variables, ends), input.writing, output.reading, errors.reading)
        }
        self.pid = pid
        self.input = Mutex(input)
        self.output = Transcript(reading: output)
        self.errors = Transcript(reading: errors)
        life = Life(pid)
    }

    deinit {
        life.send(SIGKILL)
        closeInput()
    }

    /// Sends a signal, unless the program has ended.
    func send(_ signal: Int32) { life.send(signal) }

    func write(_ bytes: [UInt8]) {
        input.withLock { descriptor in
            var rest = bytes[...]
            while !rest.isEmpty, descriptor >= 0 {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    func closeInput() {
        input.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    /// How long it took from the last signal to the end, or nil before both. It is taken at the kernel's word, however
    /// late this process's tasks hear of it.
    var timeToEnd: Duration? { life.timeToEnd }

    /// How long it ran, or nil before its end; taken likewise.
    var lifetime: Duration? { life.lifetime }

    /// Waits for the end.
    func ending() async -> Ending {
        await withCheckedContinuation { life.whenEnded($0) }
    }

    /// One starts at a time: no other program may be started with a pipe that is not yet marked to be closed in it.
    private static let starting = Mutex(())

    private struct Pipe {
        let reading: Int32
        let writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw TestFailure.system("pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (reading, writing) = (ends[0], ends[1])
        }
    }

    private static func environment(_ own: [String: String]) -> [String] {
        var all: [String] = []
        var entry = environ
        while let text = entry.pointee {
            let line = String(cString: text)
            if !line.hasPrefix("LPR_"), !own.keys.contains(where: { line.hasPrefix($0 + "=") }) { all.append(line) }
            entry += 1
        }
        return all + own.map { "\($0.key)=\($0.value)" }
    }

    private static func spawn(
        _ arguments: [String], _ environment: [String], _ descriptors: (Int32, Int32, Int32)
    ) throws -> pid_t {
        defer { for descriptor in [descriptors.0, descriptors.1, descriptors.2] { close(descriptor) } }
        _ = ignoreBrokenPipes
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, descriptors.0, 0)
        posix_spawn_file_actions_adddup2(&actions, descriptors.1, 1)
        posix_spawn_file_actions_adddup2(&actions, descriptors.2, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of Dispatch block signals and this process ignores some; a new program would inherit both.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var pid: pid_t = 0
        let words = arguments.map { strdup($0) }
        let variables = environment.map { strdup($0) }
        defer { for text in words + variables { free(text) } }
        let result = posix_spawnp(&pid, arguments[0], &actions, &attributes, words + [nil], variables + [nil])
        guard result == 0 else { throw TestFailure.system("start \(arguments[0])", result) }
        return pid
    }

    private static let ignoreBrokenPipes: Void = { signal(SIGPIPE, SIG_IGN) }()
}

/// Knows whether a process still is; its number is never used once the system may have given it to another one.
private final class Life: Sendable {
    private struct State {
        var ending: ChildProcess.Ending?
        var signalled: ContinuousClock.Instant?
        var ended: ContinuousClock.Instant?
        var waiters: [CheckedContinuation<ChildProcess.Ending, Never>] = []
    }

    private let pid: pid_t
    private let started = ContinuousClock.now
    private let state = Mutex(State())

    init(_ pid: pid_t) {
        self.pid = pid
        DispatchQueue(label: "life").async { [self] in
            // Leaves the number in use, so that nobody is signalled by mistake before the lock is taken.
            var information = siginfo_t()
            while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            let now = ContinuousClock.now
            state.withLock { state in
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                let number = status & 0x7f
                let ending: ChildProcess.Ending =
                    number == 0 ? .exited((status >> 8) & 0xff) : .signalled(number)
                state.ending = ending
                state.ended = now
                for waiter in state.waiters { waiter.resume(returning: ending) }
                state.waiters = []
            }
        }
    }

    func send(_ signal: Int32) {
        state.withLock { state in
            guard state.ending == nil else { return }
            state.signalled = .now
            kill(pid, signal)
        }
    }

    var lifetime: Duration? { state.withLock { $0.ended.map { $0 - started } } }

    var timeToEnd: Duration? {
        state.withLock { state in
            guard let signalled = state.signalled, let ended = state.ended else { return nil }
            return ended - signalled
        }
    }

    func whenEnded(_ continuation: CheckedContinuation<ChildProcess.Ending, Never>) {
        state.withLock { state in
            if let ending = state.ending {
                continuation.resume(returning: ending)
            } else {
                state.waiters.append(continuation)
            }
        }
    }
}
