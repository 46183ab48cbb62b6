import Domain
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Testing

@testable import HTTPAPI

@Suite struct SlowBodyTests {
    private final class Time: Sendable {
        let passed = Mutex(Duration.zero)
        let start = ContinuousClock.now
    }

    private struct Source: RequestContextSource {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }

    /// A piece of `size` bytes each `interval`.
    private struct Drip: AsyncSequence, Sendable {
        let time: Time
        let size: Int
        let count: Int
        let interval: Duration

        struct AsyncIterator: AsyncIteratorProtocol {
            let drip: Drip
            var left: Int

            mutating func next() async throws -> ByteBuffer? {
                guard left > 0 else { return nil }
                left -= 1
                drip.time.passed.withLock { $0 += drip.interval }
                return ByteBuffer(repeating: 0x20, count: drip.size)
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(drip: self, left: count) }
    }

    /// Sizes in bytes, intervals in seconds.
    @Test(arguments: [
        (1, 1_000, 1, 408), (200, 1_000, 1, 408), (300, 100, 1, 200), (1, 29, 1, 200), (10_000, 20, 30, 200),
        (100_000, 20, 1, 413),
    ])
    func drip(_ size: Int, _ count: Int, _ interval: Int, _ status: Int) async throws {
        let time = Time()
        let closings = TestSite.Closings()
        let request = Request(
            head: HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/"),
            body: RequestBody(asyncSequence: Drip(time: time, size: size, count: count, interval: .seconds(interval))))
        let context = APIContext(core: CoreRequestContextStorage(source: Source()), address: "192.0.2.1") {
            closings.count.add(1, ordering: .relaxed)
        }
        let reader = BodyReader(limit: 1_000_000) { time.start + time.passed.withLock { $0 } }
        do {
            let bytes = try await reader.read(request, context)
            #expect(status == 200)
            #expect(bytes.count == size * count)
        } catch let problem as Problem {
            #expect(problem.status.code == status)
            #expect(problem.response.headers[.connection] == "close", "the connection ends soon")
        }
        #expect(closings.count.load(ordering: .relaxed) == (status == 200 ? 0 : 1))
    }
}
