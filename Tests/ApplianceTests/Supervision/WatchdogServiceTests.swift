import Dispatch
import Domain
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Store
import Synchronization
import TestSupport
import Testing

@testable import Appliance

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Signs of life over a real socket, while a real writer, real event loops and a real disk answer, and while one of them
/// does not.
@Suite(.timeLimit(.minutes(45))) struct WatchdogServiceTests {
    /// What was logged, a line each.
    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])

        struct Handler: LogHandler {
            let log: Log
            var metadata: Logger.Metadata = [:]
            var logLevel = Logger.Level.debug

            subscript(metadataKey key: String) -> Logger.Metadata.Value? {
                get { metadata[key] }
                set { metadata[key] = newValue }
            }

            func log(event: LogEvent) { log.lines.withLock { $0.append("\(event.level) \(event.message)") } }
        }

        var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }
        var all: [String] { lines.withLock { $0 } }

        func count(_ words: String) -> Int { all.count { $0.contains(words) } }

        /// Waits until the lines are as wanted.
        func until(_ what: String, _ fits: (Log) -> Bool) async throws {
            let end = ContinuousClock().now + .seconds(300)
            while !fits(self) {
                try #require(ContinuousClock().now < end, "no \(what) in \(all)")
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    /// Something that goes on only when it is let go.
    private final class Obstacle: Sendable {
        private let hold = DispatchSemaphore(value: 0)
        private let reached = DispatchSemaphore(value: 0)

        func stopHere() {
            reached.signal()
            hold.wait()
        }

        func isReached() async throws { try await blocking { self.reached.wait() } }

        func letGo() { hold.signal() }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }

        @discardableResult
        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    private static let period = Duration.milliseconds(600)

    /// Runs the service beside `body`.
    private static func watching(
        _ probes: [LivenessProbe], _ log: Log = Log(), _ body: (NotifyListener, Log) async throws -> Void
    ) async throws {
        let folder = try ScratchFolder()
        let listener = try NotifyListener(folder.path + "/notify")
        let looks = Counter()
        let service = WatchdogService(
            SupervisorTests.supervisor(listener.name, period: period.wholeMicroseconds), probes: probes,
            status: { "look \(looks.next())" }, logger: log.logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [service], logger: log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body(listener, log)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// While `block` stands in the way there is no sign of life, and it is told once who does not answer; afterwards
    /// there are signs again.
    private static func expectSilence(
        of name: String, _ probes: [LivenessProbe], whileBlockedBy block: (Obstacle) -> Void
    ) async throws {
        let obstacle = Obstacle()
        /// How often it was late and has not come back. On a machine that is busy it may have been both before.
        func lates(_ log: Log) -> Int {
            log.count("critical \(name) does not answer") - log.count("notice \(name) answers again")
        }
        try await watching(probes) { listener, log in
            defer { obstacle.letGo() }
            try await listener.line("WATCHDOG=1", number: 2)
            block(obstacle)
            try await obstacle.isReached()
            try await log.until("silence of \(name)") { lates($0) == 1 }
            // The status goes on. What was said before it has been heard with it.
            var looks = listener.lines.count { $0.hasPrefix("STATUS=") }
            try await listener.line("STATUS=", number: looks + 2)
            let before = listener.count(of: "WATCHDOG=1")
            // Three looks take as long as three signs of life would.
            looks = listener.lines.count { $0.hasPrefix("STATUS=") }
            try await listener.line("STATUS=", number: looks + 4)
            #expect(listener.count(of: "WATCHDOG=1") == before)
            #expect(lates(log) == 1, "\(log.all)")
            obstacle.letGo()
            try await log.until("return of \(name)") { lates($0) == 0 }
            try await listener.line("WATCHDOG=1", number: before + 2)
        }
    }

    @Test func signsComeWhileAllAnswer() async throws {
        try await withStore { store, directory in
            let probes =
                [.writer(of: store), .disk(of: DataDirectory(path: directory))]
                + LivenessProbe.eventLoops(of: MultiThreadedEventLoopGroup.singleton)
            #expect(probes.count >= 3)
            try await Self.watching(probes) { listener, _ in
                let begin = ContinuousClock().now
                try await listener.line("WATCHDOG=1", number: 6)
                // Three in a period, not as many as the machine can.
                #expect(ContinuousClock().now - begin > .milliseconds(800))
                try await listener.line("STATUS=look 1")
            }
        }
    }

    @Test func aStuckWriterIsNoLife() async throws {
        try await withStore { store, _ in
            try await Self.expectSilence(of: "the writer of the database", [.writer(of: store)]) { obstacle in
                Task { try await store.write { _ in obstacle.stopHere() } }
            }
        }
    }

    @Test func aStuckEventLoopIsNoLife() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let loops = LivenessProbe.eventLoops(of: group)
        #expect(loops.map(\.name) == ["event loop 1", "event loop 2"])
        let second = try #require(group.makeIterator().dropFirst().first { _ in true })
        try await Self.expectSilence(of: "event loop 2", loops) { obstacle in
            second.execute { obstacle.stopHere() }
        }
        try await group.shutdownGracefully()
    }

    /// Whoever opens a pipe that nobody writes to waits as on a disk that does not answer.
    @Test func aStuckDiskIsNoLife() async throws {
        let folder = try ScratchFolder()
        let pipe = folder.path + "/appliance.probe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let log = Log()
        try await Self.watching([.disk(of: DataDirectory(path: folder.path))], log) { listener, log in
            try await log.until("silence") { $0.count("critical the disk does not answer") == 1 }
            #expect(listener.count(of: "WATCHDOG=1") == 0)
            let writer = try await blocking { open(pipe, O_WRONLY | O_CLOEXEC) }
            close(writer)
            try await log.until("return") { $0.count("notice the disk answers again") == 1 }
            try await listener.line("WATCHDOG=1")
            // From now on a file lies there; the next look is at it.
            #expect(unlink(pipe) == 0)
        }
    }

    /// The file is made when it is not there, and that it cannot be made is no failure: a full disk answers.
    @Test(arguments: [true, false]) func theDiskAnswersWithAndWithoutItsFile(canBeMade: Bool) async throws {
        let folder = try ScratchFolder()
        let directory = DataDirectory(path: canBeMade ? folder.path : folder.path + "/nowhere")
        let probe = LivenessProbe.disk(of: directory)
        for _ in 0..<3 {
            await withCheckedContinuation { continuation in probe.ask { continuation.resume() } }
        }
        #expect(ScratchFolder.names(in: folder.path) == (canBeMade ? ["appliance.probe"] : []))
    }

    /// What the system keeps of a file in memory says nothing about the disk.
    @Test func theDiskIsReadAndNotTheMemory() async throws {
        // Where the tests are, on a disk; /tmp may be in memory.
        let folder = try ScratchFolder(below: "/var/tmp")
        let probe = LivenessProbe.disk(of: DataDirectory(path: folder.path))
        func ask() async { await withCheckedContinuation { continuation in probe.ask { continuation.resume() } } }
        guard let before = Self.readBytes(), Self.isOnADisk(folder.path) else { return }
        // What was written a moment ago cannot be forgotten before it is on the disk.
        for _ in 0..<300 {
            await ask()
            guard let now = Self.readBytes(), now - before < 10 * 4_096 else { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("300 questions have read nothing from the disk")
    }

    @Test func withoutAWatchdogThereIsOnlyTheStatus() async throws {
        let folder = try ScratchFolder()
        let listener = try NotifyListener(folder.path + "/notify")
        let supervisor = SupervisorTests.supervisor(listener.name)
        let asked = Counter()
        let probe = LivenessProbe(name: "x") { answer in
            asked.next()
            answer()
        }
        let log = Log()
        let service = WatchdogService(supervisor, probes: [probe], status: { "" }, logger: log.logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [service, StopNotice(supervisor: supervisor)], logger: log.logger))
        supervisor.ready()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await listener.line("READY=1")
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try await listener.line("STOPPING=1")
        #expect(asked.value == 0)
        #expect(listener.messages == ["READY=1", "STOPPING=1\nSTATUS=Stopping\nWATCHDOG=1"])
    }

    private func withStore(_ body: (Store, String) async throws -> Void) async throws {
        let folder = try ScratchFolder()
        let store = try Store(
            Store.Configuration(directory: folder.path, clock: SystemClock.wall), logger: Log().logger)
        do {
            try await body(store, folder.path)
        } catch {
            try await store.close()
            throw error
        }
        try await store.close()
    }

    /// What this process had read from disks; nil where the system does not say.
    private static func readBytes() -> Int? {
        guard let file = fopen("/proc/self/io", "re") else { return nil }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 1_024)
        let count = fread(&buffer, 1, 1_023, file)
        let text = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return text.split(separator: "\n").first { $0.hasPrefix("read_bytes: ") }.flatMap {
            Int($0.dropFirst("read_bytes: ".count))
        }
    }

    /// File systems in memory, and those that lie over others, have no device: its major number is 0.
    private static func isOnADisk(_ path: String) -> Bool {
        Mount.holding(path, SystemFiles()).map { !$0.device.hasPrefix("0:") } ?? false
    }
}
