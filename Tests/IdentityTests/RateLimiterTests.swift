import Testing

@testable import Identity

@Suite struct RateLimiterTests {
    @Test func burstThenRate() {
        let time = TestTime()
        let limiter = RateLimiter(rate: 2, burst: 5, clock: time.monotonic)
        for _ in 0..<5 { #expect(limiter.spend(key: "a") == .allowed) }
        #expect(limiter.spend(key: "a") == .refused(retryAfter: .milliseconds(500)))
        #expect(limiter.spend(key: "b") == .allowed)
        time.advance(.milliseconds(250))
        #expect(limiter.spend(key: "a") == .refused(retryAfter: .milliseconds(250)))
        time.advance(.milliseconds(250))
        #expect(limiter.spend(key: "a") == .allowed)
        #expect(limiter.spend(key: "a") == .refused(retryAfter: .milliseconds(500)))
        // Never more than the burst, however long it was quiet.
        time.advance(.seconds(1_000_000))
        for _ in 0..<5 { #expect(limiter.spend(key: "a") == .allowed) }
        #expect(limiter.spend(key: "a") != .allowed)
    }

    @Test(arguments: [0, -1, .nan, .infinity])
    func noRateIsNoLimit(_ rate: Double) {
        let limiter = RateLimiter(rate: rate, burst: 1, clock: TestTime().monotonic)
        for _ in 0..<1_000 { #expect(limiter.spend(key: "a") == .allowed) }
        #expect(limiter.bucketCount == 0)
    }

    @Test func aLargeCostIsPayableInTheEnd() {
        let time = TestTime()
        let limiter = RateLimiter(rate: 1, burst: 10, clock: time.monotonic)
        #expect(limiter.spend(1_000, key: "a") == .allowed)
        #expect(limiter.spend(4, key: "a") == .refused(retryAfter: .seconds(4)))
        time.advance(.seconds(4))
        #expect(limiter.spend(4, key: "a") == .allowed)
    }

    @Test func bucketsAreBounded() {
        let time = TestTime()
        let limiter = RateLimiter(rate: 1, burst: 2, capacity: 1_600, clock: time.monotonic)
        for index in 0..<20_000 {
            #expect(limiter.spend(key: "address:\(index)") == .allowed)
        }
        #expect(limiter.bucketCount <= 1_600)
        #expect(limiter.bucketCount > 1_000)
    }

    /// A full table first lets go of those who have nothing to pay, then of the oldest.
    @Test(
        arguments: [
            (["old": 9, "busy": 5, "new": 8], 4, ["old", "busy", "new"]),
            (["old": 0, "busy": 5, "new": 8], 3, ["busy", "new"]),
            (["old": 1, "busy": 0, "new": 0], 3, ["old"]),
            (["old": 1, "busy": 5, "new": 8], 3, ["busy", "new"]),
            (["old": 1, "busy": 5, "new": 8], 1, []),
        ] as [([String: Int], Int, [String])])
    func room(ages: [String: Int], capacity: Int, kept: [String]) {
        var ages = ages
        ages.makeRoom(capacity: capacity, isSpent: { $0 == 0 }, age: \.self)
        #expect(ages.keys.sorted() == kept.sorted())
    }

    @Test func concurrentSpendersGetTheBurstAndNoMore() async {
        let limiter = RateLimiter(rate: 0.001, burst: 500, clock: TestTime().monotonic)
        let allowed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<200).count { _ in limiter.spend(key: "a") == .allowed } }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == 500)
    }
}
