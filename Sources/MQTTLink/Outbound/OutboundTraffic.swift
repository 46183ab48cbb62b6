import Gateway

/// What is under way to the broker on one connection. On the link's thread.
struct OutboundTraffic {
    /// Messages without an acknowledgement at the same time.
    private static let limit = 100

    private let window: OutboundWindow
    private let destination: String
    private var underWay: [Int32: (message: OutboundMessage, since: ContinuousClock.Instant)] = [:]
    private var receipts: [OutboundReceipt] = []

    init(window: OutboundWindow, destination: String) {
        self.window = window
        self.destination = destination
    }

    /// Hands on what waits, as much as may be under way.
    mutating func send(with client: MosquittoClient) throws(ConnectionFailure) {
        for passing in window.takePassing() {
            _ = try client.publish(
                MosquittoClient.Publication(topic: passing.topic, payload: passing.payload))
        }
        guard underWay.count < Self.limit else { return }
        for message in window.take(Self.limit - underWay.count) {
            let now = ContinuousClock().now
            let publication = MosquittoClient.Publication(topic: message.topic, payload: message.payload)
            guard let packetID = try client.publish(publication) else {
                // No broker will ever take it; it must not stop what is behind it.
                receipts.append(OutboundReceipt(message: message, latency: .zero, destination: destination))
                continue
            }
            underWay[packetID] = (message, now)
        }
    }

    /// - Returns: the message, when it is one of those that are kept.
    mutating func acknowledged(_ packetID: Int32) -> OutboundMessage? {
        guard let (message, since) = underWay.removeValue(forKey: packetID) else { return nil }
        receipts.append(
            OutboundReceipt(message: message, latency: ContinuousClock().now - since, destination: destination))
        return message
    }

    /// Hands the receipts over.
    /// - Returns: whether the pump has something to do: receipts to note, or room to fill.
    var isWorthANudge: Bool {
        mutating get {
            guard !receipts.isEmpty else { return false }
            window.acknowledge(receipts)
            receipts.removeAll(keepingCapacity: true)
            return true
        }
    }
}
