import Monitoring
import Testing

@Suite("How busy the box is")
struct SystemReadingTests {
    @Test("numbers that can be true")
    func now() throws {
        let first = SystemReading.now()
        let total = try #require(first.memoryTotalBytes)
        let available = try #require(first.memoryAvailableBytes)
        let process = try #require(first.processBytes)
        #expect(available > 0 && available <= total && process > 1 << 20 && process < total)
        #expect(try #require(first.loadOneMinute) >= 0)
        #expect(try #require(first.busyTicks) <= (try #require(first.allTicks)))
        #expect(first.busyPercent(since: first) == nil, "no time has passed")
        let second = SystemReading.now()
        #expect((0...100).contains(second.busyPercent(since: first) ?? 0))
    }
}
