import CMosquitto
import Domain
import Gateway
import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One connection to one broker, from the attempt to its end. On the link's thread.
///
///     attempt ──CONNACK──▶ subscribed ──▶ each turn: read all that is there ▶ commit ▶ send ▶ write
///        │ 15 s, refused      │ lost, taken over, stopped, an earlier broker is back
///        └───────────────────▶ Ending
final class Connection {
    enum Ending {
        case stopped
        /// A broker that stands before this one in the list answers again.
        case earlierBroker(Int)
        /// - Parameter held: how long the connection was there; nil when it never was.
        case failed(ConnectionFailure, held: Duration?)
    }

    /// For the broker's answer to the CONNECT, with the network and TLS before it.
    static let connectLimit: Duration = .seconds(15)
    /// Messages and bytes that are read before they are committed (invariant 5). One message may be larger.
    static let batchLimit = 1_000
    static let batchBytes = 8 << 20
    private static let turn: Duration = .seconds(1)

    let loop: LinkLoop
    let index: Int
    let broker: BrokerAddress
    private let version: MQTTVersion
    private var connectedAt: ContinuousClock.Instant?
    private var subscriptions: [Int32: String] = [:]
    private var outbound: OutboundTraffic
    private var probe: BrokerProbe?

    init(loop: LinkLoop, index: Int, version: MQTTVersion) {
        self.loop = loop
        self.index = index
        self.version = version
        broker = loop.settings.brokers[index]
        outbound = OutboundTraffic(window: loop.window, destination: broker.description)
    }

    /// Returns when the connection is over.
    func hold() -> Ending {
        defer {
            loop.window.close()
            probe?.stop()
        }
        do throws(ConnectionFailure) {
            let client = try makeClient()
            // Not only with the CONNACK: what is repeated may be read and committed together with it.
            beginDeliveries()
            try client.connect(to: broker)
            return try serve(client)
        } catch {
            return .failed(error, held: connectedAt.map { ContinuousClock().now - $0 })
        }
    }

    private func beginDeliveries() {
        loop.desk.memory.begin(broker: broker.description, repeatsAtOnce: version == .v5)
    }

    private func makeClient() throws(ConnectionFailure) -> MosquittoClient {
        var options = try loop.options(for: broker, version: version)
        options.will = MosquittoClient.Publication(
            topic: loop.status.topic, payload: loop.status.payload("offline", time: nil), isRetained: true)
        return try MosquittoClient(options)
    }

    private func serve(_ client: MosquittoClient) throws(ConnectionFailure) -> Ending {
        let deadline = ContinuousClock().now + Self.connectLimit
        var isAttached = false
        while true {
            guard loop.thread.goesOn else {
                sayGoodbye(client)
                return .stopped
            }
            var interests = [
                Wakeup.Interest(
                    client.descriptor, Int32(POLLIN) | (client.wantsToWrite || !isAttached ? Int32(POLLOUT) : 0))
            ]
            loop.thread.wakeup.wait(for: &interests, limit: Self.turn)
            if !isAttached, interests[0].found != 0 {
                // What the network says of the attempt; libmosquitto does not look when the connection is encrypted.
                try checkAttempt(client.descriptor)
                isAttached = interests[0].has(POLLOUT)
                if isAttached { try client.read() }
                if interests[0].has(POLLHUP) || interests[0].has(POLLERR) { try checkEnd(client) }
            } else if interests[0].found != 0 {
                try readBatch(client)
                if interests[0].has(POLLHUP) || interests[0].has(POLLERR) { try checkEnd(client) }
            }
            try handleEvents(client)
            if connectedAt != nil {
                try outbound.send(with: client)
            } else if ContinuousClock().now > deadline {
                throw ConnectionFailure(
                    .timeout, "the broker gave no answer within \(Self.connectLimit.components.seconds) seconds")
            }
            if client.wantsToWrite { try client.write() }
            try client.keepAlive()
            if let earlier = probe?.found {
                sayGoodbye(client)
                return .earlierBroker(earlier)
            }
        }
    }

    private func checkAttempt(_ descriptor: Int32) throws(ConnectionFailure) {
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
        guard error != 0 else { return }
        if broker.isEncrypted, error == ECONNRESET { throw ConnectionFailure(.encryption, TLSWords.brokenOff) }
        throw ConnectionFailure(.unreachable, String(cString: strerror(error)).lowercased())
    }

    /// The other side has gone, and libmosquitto did not notice: it takes a handshake that broke off for one that goes
    /// on, and the socket would be ready for ever.
    private func checkEnd(_ client: MosquittoClient) throws(ConnectionFailure) {
        // It did notice, and knows more: the broker may have said why.
        if let ending = client.ending { throw ending }
        guard !Wakeup.hasBytes(client.descriptor) else { return }
        throw connectedAt == nil
            ? ConnectionFailure(
                .unreachable,
                broker.isEncrypted ? TLSWords.brokenOff : "the broker closed the connection without an answer")
            : ConnectionFailure(.lost, "the connection was lost")
    }

    /// Reads what is there, has it committed, and only then lets the PUBACKs leave (invariant 1).
    private func readBatch(_ client: MosquittoClient) throws(ConnectionFailure) {
        var failure: ConnectionFailure?
        do throws(ConnectionFailure) {
            var turns = 0
            repeat {
                try client.read()
                turns += 1
            } while client.receivedCount < Self.batchLimit && client.receivedBytes < Self.batchBytes
                && turns < 2 * Self.batchLimit && Wakeup.isReadable(client.descriptor)
        } catch {
            failure = error
        }
        let messages = client.received
        if !messages.isEmpty {
            let (desk, broker, thread) = (loop.desk, broker, loop.thread)
            let isCommitted = waiting { await desk.take(messages, from: broker) { thread.goesOn } }
            // At a stop what is not committed stays unacknowledged: the connection ends without another write.
            guard isCommitted == true else { return }
            client.release()
        }
        if let failure { throw failure }
    }

    private func handleEvents(_ client: MosquittoClient) throws(ConnectionFailure) {
        for event in client.takeEvents() {
            switch event {
            case .connected(let isSessionPresent): try begin(client, isSessionPresent: isSessionPresent)
            case .subscribed(let packetID, let granted): note(granted, packetID)
            case .published(let packetID, let reason):
                guard let message = outbound.acknowledged(packetID), reason >= 0x80 else { continue }
                note(refused: message.topic, MosquittoLibrary.reason(reason))
            }
        }
        if outbound.isWorthANudge { loop.pump.nudge() }
    }

    private func begin(_ client: MosquittoClient, isSessionPresent: Bool) throws(ConnectionFailure) {
        connectedAt = ContinuousClock().now
        if !isSessionPresent {
            loop.forgetDeliveries(of: broker)
            beginDeliveries()
        }
        loop.board.note(
            .connected(
                broker: broker.description, isFirst: index == 0, version: version.rawValue, since: loop.desk.intake.now)
        )
        loop.logger.notice(
            "connected to the MQTT broker",
            metadata: [
                "broker": "\(broker)", "version": "\(version.rawValue)",
                "session": isSessionPresent ? "resumed" : "new",
            ])
        for filter in InboundTopic.filters + loop.settings.extraTopics.map(\.filter) {
            // A retained event is known by its content from the first time on. A report that is heard for the first time
            // is a sign of life though, retained or not.
            let tellsRetained = filter != InboundTopic.statusFilter
            subscriptions[try client.subscribe(to: filter, tellsRetained: tellsRetained)] = filter
        }
        _ = try client.publish(
            MosquittoClient.Publication(
                topic: loop.status.topic, payload: loop.status.payload("online", time: loop.desk.intake.now),
                isRetained: true))
        if index > 0 { probe = BrokerProbe(loop: loop, count: index) }
        loop.window.open()
        loop.pump.nudge()
    }

    private func note(_ granted: [Int32], _ packetID: Int32) {
        guard let filter = subscriptions.removeValue(forKey: packetID) else { return }
        if let code = granted.first, code >= 0x80 { note(refused: filter, MosquittoLibrary.reason(code)) }
    }

    private func note(refused topic: String, _ reason: String) {
        guard loop.board.note(refusedTopic: topic) else { return }
        loop.logger.warning(
            "the broker refuses a topic", metadata: ["topic": "\(topic)", "reason": "\(reason)"])
    }

    /// Writes only: what is read now would be acknowledged without having been committed.
    private func sayGoodbye(_ client: MosquittoClient) {
        guard connectedAt != nil, client.received.isEmpty else { return }
        _ = try? client.publish(
            MosquittoClient.Publication(
                topic: loop.status.topic, payload: loop.status.payload("offline", time: loop.desk.intake.now), qos: 0,
                isRetained: true))
        client.disconnect()
    }
}
