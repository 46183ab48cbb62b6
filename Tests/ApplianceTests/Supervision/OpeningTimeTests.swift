import Dispatch
import Store
import Synchronization
import TestSupport
import Testing

@testable import Appliance

/// More time is asked for while an opening goes on, and not for one that hangs.
@Suite(.timeLimit(.minutes(45))) struct OpeningTimeTests {
    private static let pace = OpeningTime.Pace(
        interval: .milliseconds(20), extent: .seconds(7), patience: .milliseconds(200))

    /// How often it was looked at what the process has done.
    private final class Looks: Sendable {
        private let looks = Mutex(0)
        var count: Int { looks.withLock { $0 } }

        /// - Parameter blocksEach: what is done from one look to the next.
        func next(blocksEach: Int) -> ProcessWork {
            looks.withLock { looks in
                looks += 1
                return ProcessWork(computing: .zero, blocks: looks * blocksEach)
            }
        }
    }

    private static let extend = "EXTEND_TIMEOUT_USEC=7000000"

    /// Opens something that lasts as long as `body`.
    private static func opening(
        _ listener: NotifyListener, work: @escaping @Sendable () -> ProcessWork, _ body: () async throws -> Void
    ) async throws -> Int {
        let done = DispatchSemaphore(value: 0)
        async let value = OpeningTime.during(
            SupervisorTests.supervisor(listener.name), pace: pace, work: work,
            { progress in
                for step in OpeningStep.allCases { progress(step) }
                done.wait()
                return 5
            })
        do {
            try await body()
        } catch {
            done.signal()
            throw error
        }
        done.signal()
        return try await value
    }

    @Test func timeIsAskedForWhileThereIsProgress() async throws {
        let folder = try ScratchFolder()
        let listener = try NotifyListener(folder.path + "/notify")
        let looks = Looks()
        let value = try await Self.opening(listener, work: { looks.next(blocksEach: 1) }) {
            // Longer than it would wait for one that hangs.
            try await listener.line(Self.extend, number: 30)
        }
        #expect(value == 5)
        let words = [
            "STATUS=Checking the database after an unclean stop", "STATUS=Copying the database before its migration",
            "STATUS=Migrating the database",
        ]
        #expect(listener.lines.filter { $0.hasPrefix("STATUS=") } == words)
    }

    @Test func anOpeningThatHangsIsGivenUp() async throws {
        let folder = try ScratchFolder()
        let listener = try NotifyListener(folder.path + "/notify")
        let looks = Looks()
        _ = try await Self.opening(listener, work: { looks.next(blocksEach: 0) }) {
            try await listener.line(Self.extend)
            // It goes on looking long after it has stopped asking.
            while looks.count < 40 { try await Task.sleep(for: .milliseconds(10)) }
        }
        // Each step asks once, and then it has its patience.
        #expect(listener.count(of: Self.extend) < 20)
    }

    @Test func anErrorAndNobodyToTell() async throws {
        struct Refusal: Error {}
        await #expect(throws: Refusal.self) {
            try await OpeningTime.during(SupervisorTests.supervisor(nil)) { progress in
                progress(.migrating)
                throw Refusal()
            }
        }
    }

    @Test func workIsToldFromWaiting() {
        let begin = ProcessWork(computing: .seconds(1), blocks: 5)
        #expect(!ProcessWork(computing: .seconds(1) + .milliseconds(2), blocks: 5).hasAdvanced(since: begin))
        #expect(ProcessWork(computing: .seconds(1) + .milliseconds(30), blocks: 5).hasAdvanced(since: begin))
        #expect(ProcessWork(computing: .seconds(1), blocks: 6).hasAdvanced(since: begin))
        let before = ProcessWork.now
        var sum = 0
        while ProcessWork.now.computing - before.computing < .milliseconds(30) { sum &+= 1 }
        #expect(ProcessWork.now.hasAdvanced(since: before) && sum > 0)
    }
}
