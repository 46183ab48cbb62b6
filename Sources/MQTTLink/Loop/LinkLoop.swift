import Domain
import Gateway
import Logging

/// The link's thread: finds a broker, holds the connection, and finds another one when it ends.
///
///     next attempt ──▶ connect ──▶ Connection.hold ──▶ it failed or ended ──▶ BrokerRotation says what is next
///
/// Only this thread touches libmosquitto.
struct LinkLoop: Sendable {
    let settings: MQTTSettings
    let status: ApplianceStatus
    let thread: LinkThread
    let desk: InboundDesk
    let window: OutboundWindow
    let pump: OutboundPump
    let board: LinkBoard
    let logger: Logger

    func run() {
        var rotation = BrokerRotation(count: settings.brokers.count)
        while thread.goesOn {
            let attempt = rotation.next(jitter: Double.random(in: 0...1))
            if attempt.delay > .zero {
                board.note(.waiting)
                thread.wakeup.pause(attempt.delay) { thread.goesOn }
            }
            guard thread.goesOn else { return }
            let broker = settings.brokers[attempt.broker]
            board.note(.connecting(broker: broker.description))
            let connection = Connection(loop: self, index: attempt.broker, version: attempt.version)
            let ending = connection.hold()
            switch ending {
            case .stopped: return
            case .earlierBroker(let index):
                logger.notice("an earlier broker is back", metadata: ["broker": "\(settings.brokers[index])"])
                rotation.returnTo(index)
            case .failed(let failure, let held):
                rotation.ended(failure, held: held)
                note(failure, held: held, at: broker, inARow: rotation.failuresInARow)
            }
        }
    }

    private func note(_ failure: ConnectionFailure, held: Duration?, at broker: BrokerAddress, inARow: Int) {
        var words = failure.words
        if failure.kind == .lost, let held, held < BrokerRotation.steadyAfter, inARow > 2 {
            // MQTT 3.1.1 brokers do not say why they end a connection.
            words +=
                "; it ends \(inARow) times in a row soon after it was made: does another client use the client id "
                + "\(settings.clientID)?"
        }
        board.note(problem: words, at: broker.description)
        // One line for each failure in the beginning, and then every now and then.
        guard inARow <= 3 || inARow % 20 == 0 else { return }
        logger.warning(
            "no connection to the MQTT broker", metadata: ["broker": "\(broker)", "reason": "\(words)"])
    }
}
