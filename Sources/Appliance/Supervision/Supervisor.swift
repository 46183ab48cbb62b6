import Domain
import Synchronization

/// What the appliance tells the program that watches over it: systemd, or nobody.
///
///     opening ──▶ ready ──▶ stopping
///       │           └ sign of life, status
///       └ takes longer, status
///
/// Whatever becomes of these words, the appliance goes on.
final class Supervisor: Sendable {
    private struct State {
        /// READY=1 did not leave yet.
        var owedReadiness = false
        var isStopping = false
        var status = ""
    }

    /// Longest text of a status, characters.
    private static let statusLimit = 400

    private let socket: NotifySocket?
    /// How long the supervisor waits for a sign of life; nil: it waits for none.
    let watchdogPeriod: Duration?
    private let state = Mutex(State())

    init(_ environment: SystemdEnvironment) {
        socket = environment.notifySocket.flatMap { NotifySocket($0) }
        watchdogPeriod = socket == nil ? nil : environment.watchdogPeriod
    }

    /// Whether there is somebody to tell.
    var isThere: Bool { socket != nil }

    /// Everything is open.
    func ready() {
        state.withLock { $0.owedReadiness = true }
        settle()
    }

    /// Tells again what has to be told and did not leave.
    func settle() {
        state.withLock { state in
            if state.owedReadiness, tell(["READY=1"]) { state.owedReadiness = false }
        }
    }

    /// Shown by `systemctl status`, to every user of the box.
    /// - Parameter text: one line, nothing secret.
    func show(_ text: String) {
        let text = String(text.map { $0.isNewline ? " " : $0 }.prefix(Self.statusLimit))
        state.withLock { state in
            guard !state.isStopping, state.status != text else { return }
            if tell(["STATUS=\(text)"]) { state.status = text }
        }
    }

    /// The stop has begun.
    func stopping() {
        state.withLock { state in
            state.isStopping = true
            state.owedReadiness = false
            // A last sign of life: the stop has the whole time from now on.
            tell(["STOPPING=1", "STATUS=Stopping", "WATCHDOG=1"])
        }
    }

    func giveSignOfLife() { tell(["WATCHDOG=1"]) }

    /// The start goes on for at least so long.
    func startTakesLonger(_ time: Duration) { tell(["EXTEND_TIMEOUT_USEC=\(time.wholeMicroseconds)"]) }

    @discardableResult
    private func tell(_ lines: [String]) -> Bool { socket?.send(lines) ?? false }
}
