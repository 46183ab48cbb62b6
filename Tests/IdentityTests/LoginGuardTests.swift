import Testing

@testable import Identity

@Suite struct LoginGuardTests {
    private let time = TestTime()
    private let home = AddressGroup("192.0.2.1")

    private func retryAfter(_ decision: LoginGuard.Decision) -> Duration? {
        if case .refused(let retryAfter) = decision { retryAfter } else { nil }
    }

    @Test func delaysDoubleAndEndInALock() {
        let guardian = LoginGuard(clock: time.monotonic)
        let seconds = [0, 0, 0, 1, 2, 4, 8, 16, 32, 900]
        for (index, expected) in seconds.enumerated() {
            #expect(retryAfter(guardian.attempt(account: "anna", address: home)) == nil, "attempt \(index + 1)")
            let wait = guardian.lockedFor(username: "ANNA") ?? .zero
            #expect(wait == .seconds(expected), "after failure \(index + 1)")
            if expected > 0 {
                time.advance(wait - .milliseconds(1))
                #expect(retryAfter(guardian.attempt(account: "Anna", address: home)) == .milliseconds(1))
                time.advance(.milliseconds(1))
            }
        }
        // The lock is served: mistyping is free again.
        #expect(retryAfter(guardian.attempt(account: "anna", address: home)) == nil)
        #expect(guardian.lockedFor(username: "anna") == nil)
    }

    @Test func aThousandAtOnceAreAThousandFailures() async {
        let guardian = LoginGuard(clock: time.monotonic)
        let home = home
        let allowed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<1_000 {
                group.addTask {
                    if case .allowed = guardian.attempt(account: "anna", address: home) { 1 } else { 0 }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == 4)
    }

    @Test func successStartsTheAccountAnewButNotTheAddress() {
        let guardian = LoginGuard(
            account: .account,
            address: .init(freeFailures: 3, lockingFailure: 5),
            clock: time.monotonic
        )
        for index in 0..<3 { _ = guardian.attempt(account: "victim\(index)", address: home) }
        guard case .allowed(let attempt) = guardian.attempt(account: "mine", address: home) else {
            Issue.record("refused too early")
            return
        }
        guardian.succeeded(attempt)
        #expect(guardian.recordCounts.accounts == 3)
        // The fourth failure of the address brings the first delay, as if the success had not been.
        #expect(retryAfter(guardian.attempt(account: "victim9", address: home)) == nil)
        #expect(retryAfter(guardian.attempt(account: "victim8", address: home)) == .seconds(1))
        #expect(retryAfter(guardian.attempt(account: "victim8", address: AddressGroup("192.0.2.2"))) == nil)
    }

    @Test func oneAddressCannotGoThroughManyAccounts() {
        let guardian = LoginGuard(clock: time.monotonic)
        var attempts = 0
        for index in 0..<10_000 {
            if retryAfter(guardian.attempt(account: "user\(index)", address: home)) == nil { attempts += 1 }
        }
        #expect(attempts == 11)
        // Neither from elsewhere in the same /64.
        _ = (0..<11).map { guardian.attempt(account: "six\($0)", address: AddressGroup("2001:db8::\($0 + 1)")) }
        #expect(retryAfter(guardian.attempt(account: "x", address: AddressGroup("2001:db8::ffff"))) != nil)
    }

    @Test func withdrawnLeavesNothing() {
        let guardian = LoginGuard(clock: time.monotonic)
        for _ in 0..<100 {
            guard case .allowed(let attempt) = guardian.attempt(account: "anna", address: home) else {
                Issue.record("a withdrawn attempt was counted")
                return
            }
            guardian.withdrawn(attempt)
        }
        #expect(guardian.recordCounts == (0, 0))
    }

    @Test func anAdminClears() {
        let guardian = LoginGuard(clock: time.monotonic)
        for _ in 0..<4 { _ = guardian.attempt(account: "Anna", address: home) }
        #expect(guardian.lockedFor(username: "anna") != nil)
        guardian.clear(username: "ANNA")
        #expect(guardian.lockedFor(username: "anna") == nil)
        for index in 0..<20 { _ = guardian.attempt(account: "u\(index)", address: home) }
        #expect(retryAfter(guardian.attempt(account: "x", address: home)) != nil)
        guardian.clear(address: home)
        #expect(retryAfter(guardian.attempt(account: "x", address: home)) == nil)
    }

    @Test func memoryIsBoundedAndAFloodOpensNoLock() {
        let guardian = LoginGuard(capacity: 100, clock: time.monotonic)
        for _ in 0..<10 {
            _ = guardian.attempt(account: "anna", address: home)
            time.advance(.seconds(64))
        }
        #expect(guardian.lockedFor(username: "anna") != nil)
        for index in 0..<5_000 {
            _ = guardian.attempt(account: "u\(index)", address: AddressGroup("10.0.\(index / 250).\(index % 250)"))
        }
        #expect(guardian.recordCounts.accounts <= 100)
        #expect(guardian.recordCounts.addresses <= 100)
        #expect(guardian.lockedFor(username: "anna") != nil)
    }
}
