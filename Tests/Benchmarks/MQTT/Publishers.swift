/// Cameras that publish with QoS 1 as quickly as the broker takes it, each with a window of messages that are not
/// acknowledged.
///
/// They share the machine with what they load: all messages are ready before the first is sent, and what one
/// acknowledgement or many of them set free leaves in one call.
final class Publishers {
    static let count = SampleEvents.deviceCount
    static let window = 50

    private struct Camera {
        let client: MQTTClient
        /// All its packets.
        var bytes: [UInt8] = []
        /// Where each of them ends.
        var ends: [Int] = []
        var sentCount = 0

        mutating func send(_ count: Int) throws(BenchmarkError) {
            let last = min(sentCount + count, ends.count)
            guard last > sentCount else { return }
            let start = sentCount == 0 ? 0 : ends[sentCount - 1]
            try client.stream.send(bytes[start..<ends[last - 1]])
            sentCount = last
        }
    }

    let total: Int
    private var cameras: [Camera] = []
    private let poller: Poller
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    /// Microseconds since 1970.
    private(set) var startedAt: Int64 = 0
    private var acknowledgedAt: Int64 = 0
    private(set) var acknowledgedCount = 0

    /// - Parameter seed: another one for each round, so that no event comes twice.
    init(_ total: Int, port: UInt16, seed: UInt64, haveIDs: Bool = true) throws(BenchmarkError) {
        self.total = total
        poller = try Poller()
        var messages = EdgeMessages(seed: seed, haveIDs: haveIDs)
        for number in 0..<Self.count {
            let camera = Camera(client: try MQTTClient(port: port, name: "camera-\(number)", buffer))
            try poller.add(camera.client.stream, as: number)
            cameras.append(camera)
        }
        for number in 0..<total {
            let place = number % Self.count
            let message = try messages.next(device: place)
            // From 1 to 65,535.
            let packetID = UInt16(cameras[place].ends.count % 65_535 + 1)
            cameras[place].bytes += MQTTWire.publish(message.payload, to: message.topic, packetID: packetID)
            cameras[place].ends.append(cameras[place].bytes.count)
        }
    }

    deinit {
        buffer.deallocate()
    }

    var isDone: Bool { acknowledgedCount == total }

    /// Messages that the broker acknowledged in a second, when they are done.
    var perSecondAtBroker: Double { Double(total) / (Double(acknowledgedAt - startedAt) / 1e6) }

    func start() throws(BenchmarkError) {
        startedAt = WallTime.now
        for place in cameras.indices { try cameras[place].send(Self.window) }
    }

    /// Keeps the windows full until `time` (microseconds since 1970).
    func work(until time: Int64) throws(BenchmarkError) {
        repeat {
            try poller.wait(until: time) { place throws(BenchmarkError) in try read(place) }
        } while WallTime.now < time
    }

    private func read(_ place: Int) throws(BenchmarkError) {
        var count = 0
        try cameras[place].client.read(buffer) { packet throws(BenchmarkError) in
            guard packet.kind == .acknowledgement else { throw BenchmarkError("a camera was sent a message") }
            count += 1
        }
        acknowledgedCount += count
        if isDone, acknowledgedAt == 0 { acknowledgedAt = WallTime.now }
        try cameras[place].send(count)
    }
}
