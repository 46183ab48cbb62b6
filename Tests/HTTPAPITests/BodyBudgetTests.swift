import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Testing

@testable import HTTPAPI

@Suite("Bodies of all connections together")
struct BodyBudgetTests {
    private struct Source: RequestContextSource {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }

    private func read(_ size: Int, _ hold: BodyHold) async throws -> Int {
        let request = Request(
            head: HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/"),
            body: RequestBody(buffer: ByteBuffer(repeating: 0x20, count: size)))
        var context = APIContext(core: CoreRequestContextStorage(source: Source()), address: "192.0.2.1") {}
        context.bodyHold = hold
        return try await BodyReader(limit: 1 << 20).read(request, context).count
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
