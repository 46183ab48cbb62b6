import Dispatch
import Domain
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Whether the writer comes round is asked without writing anything.
@Suite("Questions to the writer")
struct WriterQuestionTests {
    /// Counts answers.
    private final class Answers: Sendable {
        private let count = Mutex(0)
        var given: Int { count.withLock { $0 } }

        func note() { count.withLock { $0 += 1 } }
    }

    /// Waits for the answer.
    private func ask(_ store: Store) async {
        await withCheckedContinuation { continuation in store.askWriter { continuation.resume() } }
    }

    private func state(_ path: String) -> [Int] {
        var status = stat()
        guard stat(path, &status) == 0 else { return [] }
        return [Int(status.st_size), Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)]
    }

    @Test("an idle writer answers, and nothing is written for it")
    func idle() async throws {
        try await withScratchStore { store, _ in
            try await store.insert([scratchEvent("e1")])
            let files = ["/appliance.sqlite", "/appliance.sqlite-wal"].map { store.directory + $0 }
            let before = files.map(state)
            #expect(before.allSatisfy { !$0.isEmpty })
            for _ in 0..<100 { await ask(store) }
            #expect(files.map(state) == before)
        }
    }

    @Test("a busy writer answers while it has work, and nothing is lost")
    func busy() async throws {
        try await withScratchStore { store, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<1_000 { group.addTask { try await store.insert([scratchEvent("e\(number)")]) } }
                for _ in 0..<100 { group.addTask { await ask(store) } }
                try await group.waitForAll()
            }
            #expect(try await store.count("lpr_events") == 1_000)
        }
    }

    @Test("a stuck writer answers only when it goes on, however much waits by then")
    func stuck() async throws {
        try await withScratchDirectory { directory in
            let store = try Store(
                Store.Configuration(directory: directory, queueLimit: 2, clock: HeldClock().wallClock),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let (hold, isHeld) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let answers = Answers()
            async let held: Void = store.write { _ in
                isHeld.signal()
                hold.wait()
            }
            do {
                // Whoever fails here must not leave the writer stuck.
                defer { hold.signal() }
                try await blocking { isHeld.wait() }
                store.askWriter(answers.note)
                Task { try await store.insert([scratchEvent("a"), scratchEvent("b")]) }
                while store.queueLength < 2 { try await Task.sleep(for: .milliseconds(1)) }
                // Whoever writes is refused, whoever asks is not.
                await #expect(throws: StoreError.self) { try await store.insert([scratchEvent("c")]) }
                for _ in 0..<2 { store.askWriter(answers.note) }
                #expect(answers.given == 0)
            }
            try await held
            await ask(store)
            #expect(answers.given == 3)
            try await store.close()
        }
    }

    @Test("a closed writer answers at once")
    func closed() async throws {
        try await withScratchDirectory { directory in
            let store = try scratchStore(directory, HeldClock())
            try await store.close()
            await ask(store)
        }
    }
}
