import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a program writes into one pipe. It is read at once, so that the program never waits for us.
final class Transcript: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isEnded = false
        var nextWaiter = 0
        var waiters: [Int: Waiter] = [:]
    }

    private struct Waiter {
        /// What it waits for, found in the text so far.
        let find: @Sendable (String) -> String?
        let continuation: CheckedContinuation<String, any Error>
    }

    private let state = Mutex(State())

    /// Reads until the other side closes, then closes `descriptor`.
    init(reading descriptor: Int32) {
        DispatchQueue(label: "transcript").async { [self] in
            var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                add(buffer[..<count])
            }
            close(descriptor)
            end()
        }
    }

    var bytes: [UInt8] { state.withLock { $0.bytes } }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Waits for a line with `prefix` and gives what follows it.
    /// - Throws: `TestFailure` when the program ends first or `limit` passes.
    func line(after prefix: String, limit: Duration = .seconds(60)) async throws -> String {
        try await wait(for: "a line with '\(prefix)'", limit: limit) { text in
            // Those of a terminal end with two characters, which are one to Swift.
            let complete = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).dropLast()
            return complete.lazy.compactMap { line in
                line.firstRange(of: prefix).map { String(line[$0.upperBound...]) }
            }.first
        }
    }

    /// Waits until the program has closed its side and gives all that it wrote.
    func whole(limit: Duration = .seconds(120)) async throws -> String {
        _ = try? await wait(for: "the end", limit: limit) { _ in nil }
        guard state.withLock({ $0.isEnded }) else { throw TestFailure("the program does not end; it wrote: \(text)") }
        return text
    }

    private func wait(
        for what: String, limit: Duration, _ find: @escaping @Sendable (String) -> String?
    ) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            let waiter = state.withLock { state -> Int? in
                if let found = find(String(decoding: state.bytes, as: UTF8.self)) {
                    continuation.resume(returning: found)
                    return nil
                }
                guard !state.isEnded else {
                    continuation.resume(throwing: Self.failure("ended without", what, state.bytes))
                    return nil
                }
                state.nextWaiter += 1
                state.waiters[state.nextWaiter] = Waiter(find: find, continuation: continuation)
                return state.nextWaiter
            }
            guard let waiter else { return }
            let seconds = Double(limit.components.seconds)
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak self] in
                self?.giveUp(waiter, what)
            }
        }
    }

    private func add(_ bytes: ArraySlice<UInt8>) {
        state.withLock { state in
            state.bytes += bytes
            guard !state.waiters.isEmpty else { return }
            let text = String(decoding: state.bytes, as: UTF8.self)
            for (number, waiter) in state.waiters {
                guard let found = waiter.find(text) else { continue }
                state.waiters[number] = nil
                waiter.continuation.resume(returning: found)
            }
        }
    }

    private func end() {
        state.withLock { state in
            state.isEnded = true
            for waiter in state.waiters.values {
                waiter.continuation.resume(throwing: Self.failure("ended without", "what was waited for", state.bytes))
            }
            state.waiters = [:]
        }
    }

    private func giveUp(_ number: Int, _ what: String) {
        state.withLock { state in
            guard let waiter = state.waiters.removeValue(forKey: number) else { return }
            waiter.continuation.resume(throwing: Self.failure("does not write", what, state.bytes))
        }
    }

    private static func failure(_ verb: String, _ what: String, _ bytes: [UInt8]) -> TestFailure {
        TestFailure("the program \(verb) \(what); it wrote: \(String(decoding: bytes.suffix(4_000), as: UTF8.self))")
    }
}
