import Testing

@testable import Gateway

/// How long a sweep holds the writer, on machines of which the tests say how fast they are.
@Suite struct PortionSizeTests {
    /// Portions on a machine that takes so long for a row.
    private func portions(_ count: Int, perRow cost: Duration, _ size: inout PortionSize) -> [Duration] {
        (0..<count).map { _ in
            let took = cost * size.rows
            size.note(rows: size.rows, took: took)
            return took
        }
    }

    @Test(arguments: [
        Duration.microseconds(2), .microseconds(20), .microseconds(200), .milliseconds(2), .milliseconds(40),
    ])
    func aPortionSoonTakesWhatItMay(cost: Duration) {
        var size = PortionSize()
        let settled = portions(20, perRow: cost, &size).dropFirst(8)
        // One row is the least, however slow the machine is.
        let limit = max(PortionSize.goal, cost)
        #expect(settled.allSatisfy { $0 <= limit })
        #expect(PortionSize.range.contains(size.rows))
        #expect(size.rows == PortionSize.range.upperBound || size.rows == 1 || settled.allSatisfy { $0 * 2 > limit })
    }

    @Test func aMachineThatBecomesSlowIsSpared() {
        var size = PortionSize()
        _ = portions(20, perRow: .microseconds(10), &size)
        let slow = portions(3, perRow: .milliseconds(1), &size)
        #expect(slow[1] <= PortionSize.goal && slow[2] <= PortionSize.goal)
        #expect(size.longest == slow[0])
    }

    @Test func aPortionWithoutRowsSaysNothing() {
        var size = PortionSize()
        size.note(rows: 0, took: .seconds(1))
        #expect(size.rows == PortionSize().rows && size.longest == .seconds(1))
    }
}
