/// A client of a broker, as far as a generator of load needs one.
final class MQTTClient {
    let stream: Stream

    /// Connects, and subscribes when there is something to subscribe to.
    init(
        port: UInt16, name: String, subscription: String? = nil, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(BenchmarkError) {
        stream = try Stream(port: port, of: "the broker")
        try ask(MQTTWire.connect(as: name), buffer, for: .connectAnswer)
        if let subscription { try ask(MQTTWire.subscribe(to: subscription), buffer, for: .subscribeAnswer) }
    }

    private func ask(
        _ packet: [UInt8], _ buffer: UnsafeMutableRawBufferPointer, for kind: MQTTPacket.Kind
    ) throws(BenchmarkError) {
        try stream.send(packet)
        try stream.receiveFirst(buffer) { bytes throws(BenchmarkError) in
            try MQTTWire.packets(bytes) { packet throws(BenchmarkError) in
                guard packet.kind == kind, packet.isYes else { throw BenchmarkError("the broker refuses a client") }
            }
        }
    }

    /// Reads what is there; publications are acknowledged.
    func read(
        _ buffer: UnsafeMutableRawBufferPointer, _ take: (MQTTPacket) throws(BenchmarkError) -> Void
    ) throws(BenchmarkError) {
        try stream.receive(buffer) { bytes throws(BenchmarkError) in
            try MQTTWire.packets(bytes) { packet throws(BenchmarkError) in
                if packet.kind == .publish { try stream.send(MQTTWire.acknowledge(packet.packetID)) }
                try take(packet)
            }
        }
    }
}
