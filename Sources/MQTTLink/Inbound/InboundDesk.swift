import Crypto
import Dialects
import Domain
import Gateway
import Logging

/// Takes a batch of messages and returns when it is committed, whatever is in them.
struct InboundDesk: Sendable {
    /// Between two attempts while the disk is full or the database cannot be written.
    private static let retryDelays: [Duration] = [.milliseconds(50), .milliseconds(250), .seconds(1), .seconds(2)]

    let intake: Intake
    let queue: OutboundQueue
    let router: InboundRouter
    let memory: DeliveryMemory
    let board: LinkBoard
    let logger: Logger

    /// - Parameters:
    ///   - broker: whose messages they are; its host stands in the log.
    ///   - goesOn: false when the appliance stops.
    /// - Returns: whether all is committed and may be acknowledged (invariant 1). False only at a stop: the broker
    ///   then keeps the messages.
    func take(_ messages: [InboundMessage], from broker: BrokerAddress, while goesOn: @Sendable () -> Bool) async
        -> Bool
    {
        let receivedAt = intake.now
        let startedAt = ContinuousClock().now
        var routed: [(delivery: IntakeDelivery, request: TransferRequest?)] = []
        routed.reserveCapacity(messages.count)
        for message in messages {
            guard case .content(let content, let device, let request) = router.route(message) else { continue }
            let sender = Sender(
                protocol: .mqtt, address: broker.host, device: device, isFromTrustedNetwork: false,
                receivedAt: receivedAt, startedAt: startedAt, byteCount: message.payload.count, isRelayed: true)
            var delivery = IntakeDelivery(content, from: sender, topic: message.topic, payload: message.payload)
            identify(&delivery, message, broker)
            routed.append((delivery, request))
        }
        var attempt = 0
        while !routed.isEmpty {
            do throws(IntakeError) {
                let verdicts = try await intake.accept(deliveries: routed.map(\.delivery))
                await answer(routed.map(\.request), verdicts)
                break
            } catch {
                // Kept as it is, unacknowledged, until it can be written: the broker sends nothing new meanwhile.
                if attempt > 0 {
                    board.note(withheld: "nothing is acknowledged to the broker: \(error.reason)")
                }
                if attempt == 1 {
                    logger.warning("messages wait at the broker", metadata: ["reason": "\(error.reason)"])
                }
                guard goesOn() else { return false }
                try? await Task.sleep(for: Self.retryDelays[min(attempt, Self.retryDelays.count - 1)])
                attempt += 1
            }
        }
        if attempt > 0 { board.note(withheld: nil) }
        return true
    }

    /// Gives events without an id one that stays the same when the broker gives the message again (invariant 3).
    private func identify(_ delivery: inout IntakeDelivery, _ message: InboundMessage, _ broker: BrokerAddress) {
        let count = delivery.content.unidentifiedCount
        guard count > 0, message.qos > 0 || message.isRetained else { return }
        var hash = SHA256()
        hash.update(data: Array(message.topic.utf8) + [0])
        hash.update(data: message.payload)
        let digest = Array(hash.finalize())
        if message.isRetained {
            // Heard again at each new subscription, under whatever number: its content is all there is to know it by.
            let name = digest.prefix(18).map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
            delivery.content.identify((0..<count).map { "retained-\(name)-\($0)" })
            return
        }
        let mark = memory.mark(
            broker: broker.description, packetID: message.packetID, digest: Array(digest.prefix(16)), count: count
        ) {
            var generator = SystemRandomNumberGenerator()
            return EventID.version7(at: delivery.sender.receivedAt, using: &generator).text
        }
        delivery.content.identify(mark.eventIDs)
        delivery.mark = mark
    }

    private func answer(_ requests: [TransferRequest?], _ verdicts: [DeliveryVerdict]) async {
        for (request, verdict) in zip(requests, verdicts) {
            guard let request else { continue }
            var reason: String?
            if case .rejected(let error) = verdict { reason = error.reason }
            do {
                _ = try await queue.enqueue(
                    topic: request.answerTopic, payload: request.answer(reason: reason),
                    messageType: "file_transfer_status", device: request.device, commandID: nil)
            } catch {
                // The device asks again when it hears nothing.
                logger.warning("an answer cannot be queued", metadata: ["error": "\(error)"])
            }
        }
    }
}

extension IntakeDelivery.Content {
    /// Events that have no id yet.
    fileprivate var unidentifiedCount: Int {
        switch self {
        case .event(let draft): draft.eventID == nil ? 1 : 0
        case .frame(let frame): frame.events.count { $0.eventID == nil }
        case .health, .registration, .announcement, .unreadable: 0
        }
    }

    /// Gives ids, in their order, to the events that have none.
    fileprivate mutating func identify(_ ids: [String]) {
        var rest = ids[...]
        func next() -> EventID? { rest.popFirst().flatMap { EventID($0) } }
        switch self {
        case .event(var draft):
            draft.eventID = draft.eventID ?? next()
            self = .event(draft)
        case .frame(var frame):
            for index in frame.events.indices where frame.events[index].eventID == nil {
                frame.events[index].eventID = next()
            }
            self = .frame(frame)
        case .health, .registration, .announcement, .unreadable: return
        }
    }
}
