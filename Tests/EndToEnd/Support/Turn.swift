import Synchronization
import Testing

/// Lets a few tests at a time load the machine; the limits of time that tests check would mean nothing otherwise.
///
/// A suite's own time limit counts the wait for a turn as well, so that it only ends what hangs.
struct Turn: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await Self.take()
        defer { Self.giveBack() }
        try await function()
    }

    private struct State {
        var free = 3
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private static let state = Mutex(State())

    private static func take() async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    continuation.resume()
                } else {
                    state.waiters.append(continuation)
                }
            }
        }
    }

    private static func giveBack() {
        state.withLock { state in
            if state.waiters.isEmpty {
                state.free += 1
            } else {
                state.waiters.removeFirst().resume()
            }
        }
    }
}

extension Trait where Self == Turn {
    static var oneOfAFew: Turn { Turn() }
}
