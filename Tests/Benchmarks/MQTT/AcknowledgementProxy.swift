/// Stands between the broker and the appliance, hands on what they say, and notes when the appliance acknowledges a
/// message: the broker's own acknowledgement, which the publisher gets, says nothing about the appliance.
///
///     publisher ──▶ broker ──PUBLISH──▶ proxy ──▶ appliance
///                   broker ◀──────────  proxy ◀──PUBACK── appliance
final class AcknowledgementProxy {
    private let listener: LoopbackListener
    private let brokerPort: UInt16
    private var broker: Stream?
    private var appliance: Stream?
    /// The number under which the broker handed on the newest message, until it is acknowledged.
    private var packetID: UInt16?
    private(set) var acknowledgedAt: Int64?
    private(set) var forwardedAt: Int64?

    init(to brokerPort: UInt16) throws(BenchmarkError) {
        self.brokerPort = brokerPort
        listener = try LoopbackListener()
    }

    /// Where the appliance finds its broker.
    var address: String { "mqtt://127.0.0.1:\(listener.port)" }

    /// Waits for the appliance.
    /// - Parameters:
    ///   - brokerNumber: what the poller calls the connection to the broker.
    ///   - applianceNumber: what it calls the other one.
    func accept(_ poller: Poller, brokerNumber: Int, applianceNumber: Int) throws(BenchmarkError) {
        let broker = try Stream(port: brokerPort, of: "the broker")
        let appliance = try Stream(descriptor: try listener.accept(), of: "the appliance")
        try poller.add(broker, as: brokerNumber)
        try poller.add(appliance, as: applianceNumber)
        self.broker = broker
        self.appliance = appliance
    }

    /// Forgets the message before.
    func reset() {
        packetID = nil
        acknowledgedAt = nil
        forwardedAt = nil
    }

    func readBroker(_ buffer: UnsafeMutableRawBufferPointer) throws(BenchmarkError) {
        try hand(broker, to: appliance, buffer) { packet, now in
            guard packet.kind == .publish, packet.topic.starts(with: EdgeMessages.topicStart.utf8) else { return }
            packetID = packet.packetID
            forwardedAt = now
        }
    }

    func readAppliance(_ buffer: UnsafeMutableRawBufferPointer) throws(BenchmarkError) {
        try hand(appliance, to: broker, buffer) { packet, now in
            guard packet.kind == .acknowledgement, packet.packetID == packetID else { return }
            acknowledgedAt = now
        }
    }

    private func hand(
        _ from: Stream?, to: Stream?, _ buffer: UnsafeMutableRawBufferPointer, _ look: (MQTTPacket, Int64) -> Void
    ) throws(BenchmarkError) {
        guard let from, let to else { return }
        try from.receive(buffer) { bytes throws(BenchmarkError) in
            let now = WallTime.now
            let count = try MQTTWire.packets(bytes) { look($0, now) }
            try to.send(Array(bytes[..<count])[...])
            return count
        }
    }
}
