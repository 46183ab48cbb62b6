import Dispatch
import Synchronization
import Testing

@testable import Media

@Suite struct FileWorkersTests {
    /// Work that waits until it is let go, so that queues fill without any waiting in between.
    final class Gate: Sendable {
        private let started = DispatchSemaphore(value: 0)
        private let release = DispatchSemaphore(value: 0)

        func pass() {
            started.signal()
            release.wait()
        }

        func waitUntilStarted() async {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    self.started.wait()
                    continuation.resume()
                }
            }
        }

        func open() { release.signal() }
    }

    private func waitUntilQueued(_ workers: FileWorkers, _ count: Int) async {
        while workers.waitingCount < count { await Task.yield() }
    }

    @Test func aFullQueueIsBusyAtOnce() async throws {
        let workers = try FileWorkers(threads: 1, countLimit: 2, byteLimit: 100)
        let gate = Gate()
        async let running: Void = workers.run { gate.pass() }
        await gate.waitUntilStarted()
        async let first = workers.run { 1 }
        async let second = workers.run { 2 }
        await waitUntilQueued(workers, 2)
        await #expect(throws: MediaError.busy) { try await workers.run { 3 } }
        gate.open()
        try await running
        #expect(try await first + second == 3)
        #expect(try await workers.run { 4 } == 4)
    }

    @Test func waitingBytesAreBounded() async throws {
        let workers = try FileWorkers(threads: 1, countLimit: 100, byteLimit: 100)
        let gate = Gate()
        async let running: Void = workers.run(byteCount: 1_000) { gate.pass() }
        await gate.waitUntilStarted()
        async let first = workers.run(byteCount: 500) { 1 }
        await waitUntilQueued(workers, 1)
        await #expect(throws: MediaError.busy) { try await workers.run(byteCount: 1) { 2 } }
        gate.open()
        try await running
        #expect(try await first == 1)
    }

    @Test func errorsReachTheCaller() async throws {
        let workers = try FileWorkers(threads: 2, countLimit: 2, byteLimit: 1)
        await #expect(throws: MediaError.missing(path: "x")) {
            try await workers.run { throw MediaError.missing(path: "x") }
        }
    }

    final class Counts: Sendable { let value = Mutex((now: 0, most: 0)) }

    @Test func neverMoreJobsThanThreads() async throws {
        let workers = try FileWorkers(threads: 3, countLimit: 1_000, byteLimit: 1)
        let counts = Counts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<300 {
                group.addTask {
                    try await workers.run {
                        counts.value.withLock { counts in
                            counts.now += 1
                            counts.most = max(counts.most, counts.now)
                        }
                        counts.value.withLock { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counts.value.withLock { (1...3).contains($0.most) && $0.now == 0 })
    }
}
