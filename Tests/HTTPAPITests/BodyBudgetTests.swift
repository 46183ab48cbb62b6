import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Testing

@testable import HTTPAPI

@Suite("Bodies of all connections together")
struct BodyBudgetTests {
    private struct Source: RequestContextSource {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }

    private func read(
        _ size: Int, _ hold: BodyHold, limit: Int = 1 << 20, patience: Duration = .zero, declared: Bool = false,
        _ body: RequestBody? = nil
    ) async throws -> Int {
        var head = HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/")
        if declared { head.headerFields[.contentLength] = "\(size)" }
        let request = Request(head: head, body: body ?? RequestBody(buffer: ByteBuffer(repeating: 0x20, count: size)))
        var context = APIContext(core: CoreRequestContextStorage(source: Source()), address: "192.0.2.1") {}
        context.bodyHold = hold
        return try await BodyReader(limit: limit, patience: patience).read(request, context).count
    }

    /// A budget whose patience ends when the test says so.
    private func patientBudget(_ limit: Int) -> (BodyBudget, Gate) {
        let gate = Gate()
        return (BodyBudget(limit: limit) { _ in await gate.passed() }, gate)
    }

    /// Lets nobody through until it is opened.
    private final class Gate: Sendable {
        private let waiting = Mutex<[CheckedContinuation<Void, Never>]?>([])

        func passed() async {
            await withCheckedContinuation { continuation in
                let isOpen = waiting.withLock { waiting in
                    waiting?.append(continuation)
                    return waiting == nil
                }
                if isOpen { continuation.resume() }
            }
        }

        func open() {
            let passing = waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting ?? []
            }
            for continuation in passing { continuation.resume() }
        }
    }

    private func wait(until condition: @Sendable () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    @Test("who may wait is served in order when there is room, and nobody overtakes")
    func order() async throws {
        let (budget, gate) = patientBudget(500_000)
        defer { gate.open() }
        let first = BodyHold(budget)
        #expect(try await read(400_000, first, patience: .seconds(20), declared: true) == 400_000)
        let large = BodyHold(budget)
        let small = BodyHold(budget)
        async let second = read(450_000, large, patience: .seconds(20), declared: true)
        await wait { budget.waitingCount == 1 }
        async let third = read(90_000, small, patience: .seconds(20), declared: true)
        await wait { budget.waitingCount == 2 }
        // There would be room for it, but others came before.
        await #expect(throws: Problem.self) { try await read(90_000, BodyHold(budget)) }
        first.release()
        #expect(try await second == 450_000)
        large.release()
        #expect(try await third == 90_000)
        small.release()
        #expect(budget.waitingCount == 0)
        #expect(try await read(500_000, BodyHold(budget)) == 500_000)
    }

    @Test("who has waited long enough hears busy, and makes place for those behind")
    func patienceEnds() async throws {
        let (budget, gate) = patientBudget(500_000)
        let first = BodyHold(budget)
        #expect(try await read(400_000, first) == 400_000)
        let refused = Task { try await read(450_000, BodyHold(budget), patience: .seconds(20), declared: true) }
        await wait { budget.waitingCount == 1 }
        let small = BodyHold(budget)
        async let served = read(90_000, small, patience: .seconds(20), declared: true)
        await wait { budget.waitingCount == 2 }
        gate.open()
        let problem = await #expect(throws: Problem.self) { try await refused.value }
        #expect(problem?.status == .serviceUnavailable)
        // Its own patience ended in the same moment: it was served, or it was not, but it did not stay.
        _ = try? await served
        #expect(budget.waitingCount == 0)
        small.release()
        first.release()
        #expect(try await read(500_000, BodyHold(budget)) == 500_000)
    }

    @Test("a sender that goes away while it waits leaves nothing behind")
    func cancellation() async throws {
        let (budget, gate) = patientBudget(500_000)
        defer { gate.open() }
        let first = BodyHold(budget)
        #expect(try await read(400_000, first) == 400_000)
        let waiting = Task { try await read(450_000, BodyHold(budget), patience: .seconds(20), declared: true) }
        await wait { budget.waitingCount == 1 }
        waiting.cancel()
        await #expect(throws: Problem.self) { try await waiting.value }
        #expect(budget.waitingCount == 0)
        first.release()
        #expect(try await read(500_000, BodyHold(budget)) == 500_000)
    }

    @Test("bodies of unknown length never wait for each other half-read", .timeLimit(.minutes(45)))
    func noDeadlock() async throws {
        let (budget, gate) = patientBudget(500_000)
        defer { gate.open() }
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let hold = BodyHold(budget)
                    defer { hold.release() }
                    let pieces = AsyncStream<ByteBuffer> { continuation in
                        for _ in 0..<30 { continuation.yield(ByteBuffer(repeating: 0x20, count: 10_000)) }
                        continuation.finish()
                    }
                    return try await read(
                        300_000, hold, limit: 400_000, patience: .seconds(20), declared: number.isMultiple(of: 3),
                        RequestBody(asyncSequence: pieces))
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(total == 40 * 300_000)
        #expect(try await read(500_000, BodyHold(budget)) == 500_000)
    }

    @Test("a body of unknown length gives back what it did not need")
    func shrinks() async throws {
        let budget = BodyBudget(limit: 500_000)
        let hold = BodyHold(budget)
        #expect(try await read(100_000, hold, limit: 400_000, patience: .seconds(20)) == 100_000)
        #expect(try await read(400_000, BodyHold(budget)) == 400_000)
    }

    @Test("a large body beyond the budget is refused, a small one never, and what is answered is given back")
    func budget() async throws {
        let budget = BodyBudget(limit: 500_000)
        let first = BodyHold(budget)
        let second = BodyHold(budget)
        #expect(try await read(400_000, first) == 400_000)
        let problem = await #expect(throws: Problem.self) { try await read(400_000, second) }
        #expect(problem?.status == .serviceUnavailable)
        #expect(problem?.retryAfter != nil)
        for _ in 0..<1_000 {
            #expect(try await read(BodyBudget.free, BodyHold(budget)) == BodyBudget.free)
        }
        first.release()
        #expect(try await read(400_000, second) == 400_000)
        second.release()
        // Released twice, or after a refusal, nothing is given back that was not taken.
        second.release()
        #expect(try await read(500_000, BodyHold(budget)) == 500_000)
        await #expect(throws: Problem.self) { try await read(600_000, BodyHold(budget)) }
    }

    @Test("the responder gives back what a request took, whatever became of it")
    func responder() async throws {
        let site = try await TestSite()
        let picture = String(repeating: "A", count: 300_000)
        for _ in 0..<600 {
            // 600 × 300 kB are more than the budget: without giving back, this would end in 503.
            let answer = try await site.send(
                .post, "/api/lpr/events", as: .device, "{\"image\":\"\(picture)\"}")
            #expect(answer.status == 422)
        }
    }
}
