import Synchronization
import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A real MQTT broker, mosquitto, with a directory of its own on a free port of this machine.
///
/// It can be stopped, killed and started again on the same port; sessions outlive a stop, and whatever it has saved
/// outlives a kill.
final class Broker: Sendable {
    let port: UInt16
    let setup: BrokerSetup
    private let folder: ScratchFolder
    private let configuration: String
    private let state: Mutex<State>

    private struct State {
        var process: ChildProcess
        /// What its earlier runs have written.
        var earlier = ""
    }

    static func start(_ setup: BrokerSetup = BrokerSetup(), port: UInt16? = nil) async throws -> Broker {
        let folder = try ScratchFolder()
        var attempts = port == nil ? 5 : 1
        while true {
            attempts -= 1
            let chosen = try port ?? FreePort.pick()
            let configuration = try await setup.write(to: folder.path, port: chosen)
            do {
                let process = try await run(configuration)
                return Broker(chosen, setup, folder, configuration, process)
            } catch  where attempts > 0 {
                // Somebody else was faster.
                continue
            }
        }
    }

    private init(
        _ port: UInt16, _ setup: BrokerSetup, _ folder: ScratchFolder, _ configuration: String, _ process: ChildProcess
    ) {
        self.port = port
        self.setup = setup
        self.folder = folder
        self.configuration = configuration
        state = Mutex(State(process: process))
    }

    /// As the appliance is told it. An encrypted one is named by its certificate: `localhost`.
    var address: String {
        setup.encryption == nil ? "mqtt://127.0.0.1:\(port)" : "mqtts://localhost:\(port)"
    }

    /// Where its files are; it goes with this object.
    var directory: String { folder.path }

    /// As programs are told it.
    var place: String { "127.0.0.1:\(port)" }

    /// What it has written about itself, in all of its runs.
    var log: String { state.withLock { $0.earlier + $0.process.errors.text } }

    /// How often a client of this name has connected, as the log tells.
    func connections(of client: String) -> Int {
        log.split(separator: "\n").count { $0.contains("New client connected") && $0.contains(" as \(client) (") }
    }

    /// How many TCP connections it was offered, whatever became of them.
    var attempts: Int { log.split(separator: "\n").count { $0.contains("New connection from ") } }

    /// Waits until it has noted what a client wants to hear with QoS 1; a connection alone says nothing of that.
    func hasNoted(_ topics: [String] = ["lpr/data/edge/+"], for client: String) async throws {
        try await eventually("subscription of \(client)") {
            let lines = log.split(separator: "\n")
            return topics.allSatisfy { topic in lines.contains { $0.hasSuffix(" \(client) 1 \(topic)") } } ? true : nil
        }
    }

    /// Writes its sessions and messages to its disk now, as they are, and waits until that is done.
    func save() async throws {
        let file = folder.path + "/mosquitto.db"
        unlink(file)
        send(SIGUSR1)
        // It is written under another name first.
        try await eventually("saved state of the broker") { access(file, F_OK) == 0 ? true : nil }
    }

    /// Lets somebody in from now on.
    func add(user: String, password: String) async throws {
        let file = BrokerSetup.passwordFile(in: folder.path)
        let result = try await Program.run(["mosquitto_passwd", "-b", file, user, password])
        guard result.ending == .exited(0) else { throw TestFailure("mosquitto_passwd: \(result.errors)") }
        send(SIGHUP)
    }

    func send(_ signal: Int32) { state.withLock { $0.process }.send(signal) }

    /// Ends it in order; it saves its sessions first.
    func stop(_ signal: Int32 = SIGTERM) async {
        let process = state.withLock { $0.process }
        process.send(signal)
        _ = await process.ending()
        _ = try? await process.errors.whole()
    }

    /// As if the power went.
    func kill() async { await stop(SIGKILL) }

    /// A kill and the save before it, in seconds of the monotonic clock of this machine.
    struct Crash {
        /// Before it was told to save: what it acknowledged until now is kept.
        let saved: Double
        /// After its end.
        let killed: Double
    }

    /// Saves its state, as it does now and then, and is killed. Without a state nobody would know of the sessions.
    func saveAndKill() async throws -> Crash {
        let before = Self.monotonicSeconds()
        try await save()
        await kill()
        return Crash(saved: before, killed: Self.monotonicSeconds())
    }

    private static func monotonicSeconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    /// Starts it again where it was.
    func startAgain() async throws {
        let process = try await Self.run(configuration)
        state.withLock { state in
            state.earlier += state.process.errors.text
            state.process = process
        }
    }

    private static func run(_ configuration: String) async throws -> ChildProcess {
        let process = try ChildProcess([program, "-c", configuration])
        // Said when the listeners are open.
        _ = try await process.errors.line(after: " running", limit: .seconds(60))
        return process
    }

    /// Debian keeps it where only root's PATH leads.
    private static let program = access("/usr/sbin/mosquitto", X_OK) == 0 ? "/usr/sbin/mosquitto" : "mosquitto"
}
