import Testing

@testable import Appliance

/// When a sign of life is due; time is a number here.
@Suite struct WatchdogTests {
    private let start = ContinuousClock().now

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func watchdog() -> Watchdog { Watchdog(parts: 2, period: .seconds(60), now: start) }

    @Test func asksAllAndThenGivesASign() {
        var watchdog = watchdog()
        #expect(watchdog.turn(at: at(0)) == [.ask(part: 0), .ask(part: 1)])
        #expect(watchdog.turn(at: at(1)) == [])
        watchdog.answered(1)
        #expect(watchdog.turn(at: at(2)) == [])
        watchdog.answered(0)
        #expect(watchdog.turn(at: at(3)) == [.signOfLife])
        // Three rounds in the supervisor's period, counted from their beginnings.
        #expect(watchdog.turn(at: at(19)) == [])
        #expect(watchdog.turn(at: at(20)) == [.ask(part: 0), .ask(part: 1)])
    }

    @Test func aPartThatHangsIsToldOnceAndNeverAskedAgain() {
        var watchdog = watchdog()
        _ = watchdog.turn(at: at(0))
        watchdog.answered(0)
        #expect(watchdog.turn(at: at(9)) == [])
        #expect(watchdog.turn(at: at(10)) == [.late(part: 1)])
        for second in 11..<1_000 { #expect(watchdog.turn(at: at(second)) == []) }
    }

    @Test func aLateAnswerIsOne() {
        var watchdog = watchdog()
        _ = watchdog.turn(at: at(0))
        watchdog.answered(0)
        _ = watchdog.turn(at: at(10))
        watchdog.answered(1)
        #expect(watchdog.turn(at: at(45)) == [.back(part: 1), .signOfLife])
        // The next round is due already, and its beat counts anew.
        #expect(watchdog.turn(at: at(46)) == [.ask(part: 0), .ask(part: 1)])
        #expect(watchdog.turn(at: at(56)) == [.late(part: 0), .late(part: 1)])
        watchdog.answered(1)
        watchdog.answered(1)
        #expect(watchdog.turn(at: at(57)) == [.back(part: 1)])
        watchdog.answered(0)
        #expect(watchdog.turn(at: at(58)) == [.back(part: 0), .signOfLife])
    }

    @Test func anAnswerBetweenTwoLooksIsNotLate() {
        var watchdog = watchdog()
        _ = watchdog.turn(at: at(0))
        watchdog.answered(0)
        watchdog.answered(1)
        #expect(watchdog.turn(at: at(30)) == [.signOfLife])
    }
}
