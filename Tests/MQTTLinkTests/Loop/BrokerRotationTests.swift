import Testing

@testable import MQTTLink

struct BrokerRotationTests {
    private static let refusal = ConnectionFailure(.unreachable, "nobody answers")

    /// Delays with the most jitter there can be.
    private func delays(_ rotation: inout BrokerRotation, _ failures: [ConnectionFailure]) -> [Duration] {
        failures.map { failure in
            rotation.ended(failure, held: nil)
            return rotation.next(jitter: 1).delay
        }
    }

    @Test func theFirstAttemptIsAtOnce() {
        let rotation = BrokerRotation(count: 1)
        #expect(rotation.next(jitter: 1) == BrokerRotation.Attempt(broker: 0, version: .v5, delay: .zero))
    }

    @Test func oneBrokerIsTriedEverMoreSeldom() {
        var rotation = BrokerRotation(count: 1)
        let seconds = delays(&rotation, [ConnectionFailure](repeating: Self.refusal, count: 9))
        #expect(seconds == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    }

    @Test func jitterHalvesADelayAtMost() {
        var rotation = BrokerRotation(count: 1)
        rotation.ended(Self.refusal, held: nil)
        #expect(rotation.next(jitter: 0).delay == .milliseconds(500))
    }

    @Test func theNextBrokerIsTriedSoonAndARoundEndsWithAWait() {
        var rotation = BrokerRotation(count: 2)
        var attempts: [(Int, Duration)] = []
        for _ in 0..<5 {
            rotation.ended(Self.refusal, held: nil)
            let attempt = rotation.next(jitter: 1)
            attempts.append((attempt.broker, attempt.delay))
        }
        #expect(attempts.map(\.0) == [1, 0, 1, 0, 1])
        #expect(
            attempts.map(\.1) == [
                BrokerRotation.shortDelay, .seconds(1), BrokerRotation.shortDelay, .seconds(2),
                BrokerRotation.shortDelay,
            ])
    }

    @Test func aConnectionThatHeldIsMadeAgainAtTheSameBrokerFirst() {
        var rotation = BrokerRotation(count: 2)
        rotation.ended(ConnectionFailure(.lost, "lost"), held: .seconds(181))
        #expect(rotation.next(jitter: 1).broker == 0)
        rotation.ended(Self.refusal, held: nil)
        #expect(rotation.next(jitter: 1).broker == 1)
    }

    @Test func aConnectionThatDoesNotHoldCountsAsAFailure() {
        var rotation = BrokerRotation(count: 1)
        var delays: [Duration] = []
        for _ in 0..<4 {
            rotation.ended(ConnectionFailure(.lost, "lost"), held: .seconds(2))
            delays.append(rotation.next(jitter: 1).delay)
        }
        #expect(delays == [1, 2, 4, 8].map { .seconds($0) })
    }

    /// Some brokers do not say that another client took the id: each connection holds for as long as the rival waits.
    @Test func aRivalThatIsNotNamedKeepsThePausesLong() {
        var rotation = BrokerRotation(count: 1)
        var delay = Duration.zero
        for _ in 0..<20 {
            rotation.ended(ConnectionFailure(.lost, "lost"), held: delay + .seconds(1))
            let next = rotation.next(jitter: 1).delay
            #expect(next >= delay)
            delay = next
        }
        #expect(delay == BrokerRotation.longestDelay)
    }

    @Test func anOldBrokerIsAskedInItsOwnVersionAtOnce() {
        var rotation = BrokerRotation(count: 2)
        let failure = ConnectionFailure(connack: 1)
        rotation.ended(failure, held: nil)
        let second = rotation.next(jitter: 1)
        #expect(second == BrokerRotation.Attempt(broker: 0, version: .v311, delay: BrokerRotation.shortDelay))
        // It was not the version: the other broker, and then version 5 again.
        rotation.ended(failure, held: nil)
        #expect(rotation.next(jitter: 1).broker == 1)
        rotation.ended(Self.refusal, held: nil)
        let fourth = rotation.next(jitter: 1)
        #expect(fourth.broker == 0 && fourth.version == .v5)
    }

    @Test func theVersionThatWorkedStays() {
        var rotation = BrokerRotation(count: 1)
        rotation.ended(ConnectionFailure(connack: 0x84), held: nil)
        rotation.ended(ConnectionFailure(.lost, "lost"), held: .seconds(3_600))
        #expect(rotation.next(jitter: 1).version == .v311)
    }

    @Test func twoClientsOfOneNameDoNotFight() {
        var rotation = BrokerRotation(count: 2)
        let takeover = ConnectionFailure(.takenOver, "taken over")
        var delays: [Duration] = []
        for _ in 0..<8 {
            rotation.ended(takeover, held: .seconds(45))
            let attempt = rotation.next(jitter: 1)
            #expect(attempt.broker == 0)
            delays.append(attempt.delay)
        }
        #expect(delays == [60, 120, 240, 480, 960, 1_920, 3_600, 3_600].map { .seconds($0) })
        // Undisturbed for long, the rival is forgotten.
        rotation.ended(takeover, held: .seconds(601))
        #expect(rotation.next(jitter: 1).delay == .seconds(60))
    }

    @Test func anEarlierBrokerThatIsBackIsNextAtOnce() {
        var rotation = BrokerRotation(count: 3)
        rotation.ended(Self.refusal, held: nil)
        rotation.ended(Self.refusal, held: nil)
        rotation.returnTo(0)
        #expect(rotation.next(jitter: 1) == BrokerRotation.Attempt(broker: 0, version: .v5, delay: .zero))
    }
}
