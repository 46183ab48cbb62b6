import Domain

/// Many WebSockets on `/ws` that hear of each new event, and when each of them heard it.
///
/// The generator shares the machine with what it measures and has to read 100,000 frames in a second: of a frame only
/// the number of its change is read, which stands at its end; the first socket that hears of a change reads the time
/// too.
final class Readers {
    private static let frameStart = Array("{\"event\":\"lpr_event_received\"".utf8)
    private static let subscribedStart = Array("{\"event\":\"subscribed\"".utf8)
    private static let missedStart = Array("{\"event\":\"missed\"".utf8)

    let count: Int
    private let streams: [Stream]
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    /// The newest change of each socket.
    private var newest: [Int64]
    /// The change that `events` begins with.
    private var first: Int64?
    private var events: [Heard] = []

    private(set) var subscribedCount = 0
    /// Frames of any kind.
    private(set) var frameCount = 0
    private(set) var byteCount = 0
    /// Events that sockets have heard of, each counted for each socket.
    var heardSum: Int { delays.total }
    /// Frames that came twice, or in another order than the changes happened.
    private(set) var disorderCount = 0
    /// Times that a socket was told that it was too slow.
    private(set) var missedCount = 0
    private(set) var delays = DelayCounts()

    /// What became of one change.
    private struct Heard {
        var createdAt: Int64 = 0
        var sockets = 0
        var last: Int64 = 0
    }

    /// - Parameter subscription: the name of the only event that is wanted beside the answers; nil for everything.
    init(_ count: Int, port: UInt16, key: String, subscription: String?) throws(BenchmarkError) {
        self.count = count
        newest = Array(repeating: -1, count: count)
        let request = WebSocketWire.request("/ws", fields: "X-API-Key: \(key)\r\n")
        let events = subscription.map { "\"events\":[\"\($0)\"]" } ?? ""
        let subscribe = WebSocketWire.text("{\"event\":\"subscribe\",\"data\":{\(events)}}")
        var streams: [Stream] = []
        for _ in 0..<count {
            let stream = try Stream(port: port)
            try stream.send(request)
            try stream.receiveFirst(buffer, WebSocketWire.answer)
            try stream.send(subscribe)
            streams.append(stream)
        }
        self.streams = streams
    }

    deinit {
        buffer.deallocate()
    }

    /// The numbers of the sockets are 0 up to `count`.
    func watch(_ poller: Poller) throws(BenchmarkError) {
        for (number, stream) in streams.enumerated() { try poller.add(stream, as: number) }
    }

    func read(_ number: Int) throws(BenchmarkError) {
        try streams[number].receive(buffer) { bytes throws(BenchmarkError) in
            let now = WallTime.now
            let taken = try WebSocketWire.frames(bytes) { kind, payload throws(BenchmarkError) in
                switch kind {
                case 1: take(payload, number, now)
                case 9: try streams[number].send(WebSocketWire.pong())
                default: throw BenchmarkError("a WebSocket was sent a frame of kind \(kind)")
                }
            }
            byteCount += taken
            return taken
        }
    }

    private func take(_ frame: UnsafeRawBufferPointer, _ number: Int, _ now: Int64) {
        frameCount += 1
        guard frame.starts(with: Self.frameStart) else {
            if frame.starts(with: Self.subscribedStart) { subscribedCount += 1 }
            if frame.starts(with: Self.missedStart) { missedCount += 1 }
            return
        }
        let sequence = Self.lastNumber(of: frame)
        guard sequence > newest[number] else {
            disorderCount += 1
            return
        }
        newest[number] = sequence
        let first = self.first ?? sequence
        self.first = first
        let place = Int(sequence - first)
        while events.count <= place { events.append(Heard()) }
        if events[place].sockets == 0 { events[place].createdAt = EventText.createdAt(frame) }
        events[place].sockets += 1
        events[place].last = max(events[place].last, now)
        delays.add(microseconds: now - events[place].createdAt)
    }

    /// The digits before the last brace: `…,"id":123}`.
    private static func lastNumber(of frame: UnsafeRawBufferPointer) -> Int64 {
        var number: Int64 = 0
        var unit: Int64 = 1
        var place = frame.count - 2
        while place >= 0, frame[place] >= 48, frame[place] <= 57 {
            number += Int64(frame[place] - 48) * unit
            unit *= 10
            place -= 1
        }
        return number
    }

    /// Changes that every socket has heard of.
    var completeCount: Int { events.count { $0.sockets == count } }

    /// Changes that any socket has heard of.
    var heardCount: Int { events.count { $0.sockets > 0 } }

    /// For each event: when its transaction began, and when the last socket heard of it.
    var lastTimes: [(createdAt: Int64, last: Int64)] {
        events.filter { $0.sockets > 0 }.map { ($0.createdAt, $0.last) }
    }
}

/// What is read of events as JSON.
enum EventText {
    /// Microseconds since 1970; 0 when there is none.
    static func createdAt(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        let name = "\"created_at\":\""
        let text = String(decoding: bytes, as: UTF8.self)
        guard let start = text.utf8.firstRange(of: name.utf8)?.upperBound else { return 0 }
        return Instant(rfc3339: String(text[start...].prefix { $0 != "\"" }))?.microseconds ?? 0
    }
}

/// How often each delay was seen, in steps of 0.05 ms.
struct DelayCounts {
    private static let step: Int64 = 50
    private var counts = [Int](repeating: 0, count: 200_000)
    private(set) var total = 0

    mutating func add(microseconds: Int64) {
        counts[Int(min(max(microseconds / Self.step, 0), Int64(counts.count - 1)))] += 1
        total += 1
    }

    /// Milliseconds that `percent` of a hundred do not exceed.
    func percentile(_ percent: Double) -> Double {
        let wanted = Int((Double(total) * percent / 100).rounded(.up))
        var seen = 0
        for (place, count) in counts.enumerated() {
            seen += count
            if seen >= wanted { return Double((Int64(place) + 1) * Self.step) / 1e3 }
        }
        return 0
    }
}
