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

    /// Returns once `word` is there; a time limit of the test ends waiting in vain.
    func wait(for word: String) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state -> Bool in
                guard !state.text.contains(word) else { return true }
                state.waiting.append((word, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    var text: String { state.withLock { $0.text } }

    func count(_ word: String) -> Int { text.split(separator: word, omittingEmptySubsequences: false).count - 1 }
}
