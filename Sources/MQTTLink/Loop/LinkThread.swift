import Dispatch
import Synchronization

/// The link's own thread, which may block.
final class LinkThread: Sendable {
    private let isStopping = Atomic(false)
    private let end = Mutex<CheckedContinuation<Void, Never>?>(nil)
    let wakeup = Wakeup()

    var goesOn: Bool { !isStopping.load(ordering: .relaxed) }

    func stop() {
        isStopping.store(true, ordering: .relaxed)
        wakeup.signal()
        guard end.withLock({ $0 != nil }) else { return }
        Task {
            try? await Task.sleep(for: Self.stopLimit)
            finish()
        }
    }

    /// A stop does not wait longer for `run`: to look up a name can take half a minute, and nothing is lost by leaving
    /// it alone.
    private static let stopLimit: Duration = .milliseconds(2_500)

    /// Returns when `body` does, or some time after `stop`.
    func run(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            end.withLock { $0 = continuation }
            DispatchQueue(label: "mqtt").async { [self] in
                body()
                finish()
            }
        }
    }

    private func finish() {
        let continuation = end.withLock { end in
            defer { end = nil }
            return end
        }
        continuation?.resume()
    }
}
