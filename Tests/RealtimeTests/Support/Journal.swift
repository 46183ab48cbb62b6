import Synchronization

/// What happened, written from anywhere; a test can wait for a word in it.
final class Journal: Sendable {
    private struct State {
        var text = ""
        var waiting: [(word: String, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    func note(_ text: String) {
        let found = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.text += text
            let found = state.waiting.filter { state.text.contains($0.word) }
            state.waiting.removeAll { state.text.contains($0.word) }
            return found.map(\.continuation)
        }
        for continuation in found { continuation.resume() }
    }

    /// Returns once `word` is there, or when the time limit of the test cancels it.
    func wait(for word: String) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state -> Bool in
                    guard !state.text.contains(word), !Task.isCancelled else { return false }
                    state.waiting.append((word, continuation))
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for (_, continuation) in waiting { continuation.resume() }
        }
    }

    var text: String { state.withLock { $0.text } }

    func count(_ word: String) -> Int { text.split(separator: word, omittingEmptySubsequences: false).count - 1 }
}
