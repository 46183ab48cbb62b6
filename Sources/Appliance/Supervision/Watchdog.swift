/// Decides when a sign of life is due: only after every part of the appliance has answered.
///
///     ┌─▶ rest ──beat──▶ all parts are asked ──▶ all have answered ──▶ sign of life ─┐
///     │                          │ one is late: told once                            │
///     │                          └──▶ waits for it, asks nobody again                │
///     └──────────────────────────────────────────────────────────────────────────────┘
///
/// 1. No part is asked twice at once: what hangs is not piled up on.
/// 2. A late answer is an answer: the sign of life follows it, and only the supervisor's own period ends the process.
struct Watchdog: Sendable {
    enum Action: Equatable {
        /// - Parameter part: its number.
        case ask(part: Int)
        case signOfLife
        /// A part does not answer; said once.
        case late(part: Int)
        /// A part of which `late` was said has answered.
        case back(part: Int)
    }

    /// Of the supervisor's period: three signs in it leave room for a slow disk, which is none that hangs.
    private static let beatsInPeriod = 3

    /// From one round of questions to the next.
    let beat: Duration
    /// After how long an answer is late, for the log.
    let lateness: Duration

    private enum Answer { case given, awaited, late, lateGiven }

    private var answers: [Answer]
    private var askedAt: ContinuousClock.Instant?
    private var nextRound: ContinuousClock.Instant

    /// - Parameters:
    ///   - parts: how many there are.
    ///   - period: within which the supervisor wants to hear a sign of life.
    init(parts: Int, period: Duration, now: ContinuousClock.Instant) {
        beat = period / Self.beatsInPeriod
        lateness = beat / 2
        answers = Array(repeating: .given, count: parts)
        nextRound = now
    }

    /// What is to be done at this moment.
    mutating func turn(at now: ContinuousClock.Instant) -> [Action] {
        guard let askedAt else { return now < nextRound ? [] : begin(at: now) }
        var actions: [Action] = []
        for part in answers.indices {
            if answers[part] == .awaited, now - askedAt >= lateness {
                answers[part] = .late
                actions.append(.late(part: part))
            } else if answers[part] == .lateGiven {
                answers[part] = .given
                actions.append(.back(part: part))
            }
        }
        guard answers.allSatisfy({ $0 == .given }) else { return actions }
        self.askedAt = nil
        nextRound = askedAt + beat
        return actions + [.signOfLife]
    }

    /// - Parameter part: one that was asked.
    mutating func answered(_ part: Int) {
        switch answers[part] {
        case .awaited: answers[part] = .given
        case .late: answers[part] = .lateGiven
        case .given, .lateGiven: break
        }
    }

    private mutating func begin(at now: ContinuousClock.Instant) -> [Action] {
        askedAt = now
        answers = Array(repeating: .awaited, count: answers.count)
        return answers.indices.map { .ask(part: $0) }
    }
}
