/// Posts events by HTTP at a steady rate, whether those before are answered or not.
final class SteadySender {
    /// Connections that share the work: more than are ever busy while an answer takes a few milliseconds.
    static let connectionCount = 8

    private let streams: [Stream]
    private let keys: [String]
    private let firstNumber: Int
    private let interval: Int64
    private let total: Int
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private var samples = SampleEvents(seed: 6, start: 0)
    private var idle: [Int]
    private var nextAt: Int64
    private var sentCount = 0
    private(set) var createdCount = 0
    private(set) var failureCount = 0
    /// From the time at which an event was due to its answer, milliseconds.
    private(set) var answerTimes: [Double] = []
    /// When the answer to an event came, by the time at which its transaction began.
    private(set) var answeredAt: [Int64: Int64] = [:]
    private var dueAt: [Int64]

    /// - Parameters:
    ///   - firstNumber: what the poller calls the first connection.
    ///   - total: events in all.
    init(
        _ total: Int, perSecond: Int, port: UInt16, keys: [String], poller: Poller, firstNumber: Int
    ) throws(BenchmarkError) {
        self.total = total
        self.keys = keys
        self.firstNumber = firstNumber
        interval = 1_000_000 / Int64(perSecond)
        var streams: [Stream] = []
        for number in 0..<Self.connectionCount {
            let stream = try Stream(port: port)
            try poller.add(stream, as: firstNumber + number)
            streams.append(stream)
        }
        self.streams = streams
        idle = Array(streams.indices)
        dueAt = Array(repeating: 0, count: streams.count)
        nextAt = WallTime.now + interval
    }

    deinit {
        buffer.deallocate()
    }

    /// When there is something to do next.
    var nextTime: Int64 { sentCount == total || idle.isEmpty ? .max : nextAt }

    var isDone: Bool { createdCount + failureCount == total }

    /// Sends what is due, as far as connections are free.
    func sendDue() throws(BenchmarkError) {
        let now = WallTime.now
        while sentCount < total, nextAt <= now, let place = idle.popLast() {
            let device = sentCount % keys.count
            let body = """
                {"edge_device_id":"\(SampleEvents.device(device))","license_plate":"\(samples.plate())",\
                "province":"\(SampleEvent.province.text)","confidence":\(SampleEvent.confidence)}
                """
            let fields = "X-API-Key: \(keys[device])\r\nContent-Type: application/json\r\n"
            try streams[place].send(HTTPWire.request("POST", "/api/lpr/events", fields: fields, body: body))
            dueAt[place] = nextAt
            sentCount += 1
            nextAt += interval
        }
    }

    func read(_ number: Int) throws(BenchmarkError) {
        let place = number - firstNumber
        try streams[place].receive(buffer) { bytes throws(BenchmarkError) in
            try HTTPWire.answer(bytes) { status, body in
                let now = WallTime.now
                if status == 201 { createdCount += 1 } else { failureCount += 1 }
                answerTimes.append(Double(now - dueAt[place]) / 1e3)
                let createdAt = EventText.createdAt(body)
                answeredAt[createdAt] = min(now, answeredAt[createdAt] ?? now)
                idle.append(place)
            }
        }
    }
}
