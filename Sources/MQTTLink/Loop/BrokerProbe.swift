import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Looks every ten seconds whether a broker that stands earlier in the list is back, while a later one is used.
///
/// It has a thread of its own: to look up the name of a broker that is gone may take longer than the link may be away.
/// It does not use the client id of the link: two connections of one id would end each other.
final class BrokerProbe: Sendable {
    private static let interval: Duration = .seconds(10)

    private let loop: LinkLoop
    private let thread = LinkThread()
    private let answering = Mutex<Int?>(nil)

    /// - Parameter count: the brokers before this place are asked, the first one first.
    init(loop: LinkLoop, count: Int) {
        self.loop = loop
        DispatchQueue(label: "mqtt-probe").async { [self] in
            while thread.goesOn {
                thread.wakeup.pause(Self.interval) { thread.goesOn }
                for index in 0..<count where thread.goesOn && answers(index) {
                    answering.withLock { $0 = index }
                    loop.thread.wakeup.signal()
                    return
                }
            }
        }
    }

    /// A broker that answered and lets us in.
    var found: Int? { answering.withLock { $0 } }

    func stop() { thread.stop() }

    private func answers(_ index: Int) -> Bool {
        let broker = loop.settings.brokers[index]
        do throws(ConnectionFailure) {
            var options = try loop.options(for: broker, version: .v311)
            options.clientID += "-probe"
            options.sessionExpiry = nil
            let client = try MosquittoClient(options)
            try client.connect(to: broker)
            return try isLetIn(client)
        } catch {
            if thread.goesOn { loop.board.note(problem: error.words, at: broker.description) }
            return false
        }
    }

    private func isLetIn(_ client: MosquittoClient) throws(ConnectionFailure) -> Bool {
        let deadline = ContinuousClock().now + Connection.connectLimit
        while thread.goesOn, ContinuousClock().now < deadline {
            var interests = [
                Wakeup.Interest(client.descriptor, Int32(POLLIN) | (client.wantsToWrite ? Int32(POLLOUT) : 0))
            ]
            thread.wakeup.wait(for: &interests, limit: .milliseconds(500))
            if interests[0].found != 0 { try client.read() }
            for case .connected in client.takeEvents() {
                client.disconnect()
                return true
            }
            guard client.descriptor >= 0, !interests[0].has(POLLHUP) else { break }
            if client.wantsToWrite { try client.write() }
        }
        throw ConnectionFailure(.timeout, "the broker gave no answer")
    }
}
