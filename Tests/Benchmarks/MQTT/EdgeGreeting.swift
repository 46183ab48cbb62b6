/// One message, published again and again until the appliance has stored it: then it is connected and subscribed.
final class EdgeGreeting {
    private let client: MQTTClient
    private let message: (id: String, topic: String, payload: String)

    init(port: UInt16) throws(BenchmarkError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 12, alignment: 16)
        defer { buffer.deallocate() }
        client = try MQTTClient(port: port, name: "greeting", buffer)
        var messages = EdgeMessages(seed: 5)
        message = try messages.next(device: 0)
    }

    /// - Parameter wait: waits until the time that it is given, microseconds since 1970, or less.
    func send(
        until watch: DatabaseWatch, _ wait: (Int64) throws(BenchmarkError) -> Void
    ) throws(BenchmarkError) {
        let end = WallTime.now + 30_000_000
        var packetID: UInt16 = 0
        var isStored = false
        while !isStored {
            guard WallTime.now < end else { throw BenchmarkError("the appliance stores nothing that comes by MQTT") }
            packetID += 1
            // The same event each time: at most one row (invariant 3).
            try client.stream.send(MQTTWire.publish(message.payload, to: message.topic, packetID: packetID))
            let next = WallTime.now + 100_000
            while !isStored, WallTime.now < next {
                try wait(next)
                isStored = try watch.newestRow() > 0
            }
        }
    }
}
