import Domain

/// How the packets of a camera come and go.
protocol CameraLink: AnyObject {
    /// The connections that are to be read.
    var streams: [Stream] { get }
    func begin() throws(BenchmarkError)
    func send(_ packet: String) throws(BenchmarkError)
    /// Reads one of `streams`.
    func read(
        _ place: Int, _ buffer: UnsafeMutableRawBufferPointer,
        _ take: (UnsafeRawBufferPointer) throws(BenchmarkError) -> Void
    ) throws(BenchmarkError)
}

/// One packet in each text frame.
final class WebSocketCameraLink: CameraLink {
    let streams: [Stream]
    private var isOpen = false

    init(port: UInt16) throws(BenchmarkError) {
        streams = [try Stream(port: port)]
    }

    func begin() throws(BenchmarkError) {
        try streams[0].send(WebSocketWire.request("/socket.io/?EIO=4&transport=websocket"))
    }

    func send(_ packet: String) throws(BenchmarkError) { try streams[0].send(WebSocketWire.text(packet)) }

    func read(
        _ place: Int, _ buffer: UnsafeMutableRawBufferPointer,
        _ take: (UnsafeRawBufferPointer) throws(BenchmarkError) -> Void
    ) throws(BenchmarkError) {
        try streams[0].receive(buffer) { bytes throws(BenchmarkError) in
            var start = 0
            if !isOpen {
                start = try WebSocketWire.answer(bytes)
                guard start > 0 else { return 0 }
                isOpen = true
            }
            return try start
                + WebSocketWire.frames(UnsafeRawBufferPointer(rebasing: bytes[start...])) {
                    kind, payload throws(BenchmarkError) in
                    guard kind == 1 else { throw BenchmarkError("a camera was sent a frame of kind \(kind)") }
                    try take(payload)
                }
        }
    }
}

/// Long polling: a GET that waits on one connection, POSTs with what there is to say on another.
final class PollingCameraLink: CameraLink {
    private static let separator: UInt8 = 0x1E

    let streams: [Stream]
    private var path = "/socket.io/?EIO=4&transport=polling"
    private var hasSession = false
    private var isPosting = false
    private var unsent: [String] = []

    init(port: UInt16) throws(BenchmarkError) {
        streams = [try Stream(port: port), try Stream(port: port)]
    }

    func begin() throws(BenchmarkError) { try streams[0].send(HTTPWire.request("GET", path)) }

    func send(_ packet: String) throws(BenchmarkError) {
        unsent.append(packet)
        if !isPosting { try post() }
    }

    private func post() throws(BenchmarkError) {
        let body = unsent.joined(separator: "\u{1E}")
        unsent = []
        isPosting = true
        let fields = "Content-Type: text/plain;charset=UTF-8\r\n"
        try streams[1].send(HTTPWire.request("POST", path, fields: fields, body: body))
    }

    func read(
        _ place: Int, _ buffer: UnsafeMutableRawBufferPointer,
        _ take: (UnsafeRawBufferPointer) throws(BenchmarkError) -> Void
    ) throws(BenchmarkError) {
        try streams[place].receive(buffer) { bytes throws(BenchmarkError) in
            try HTTPWire.answer(bytes) { status, body throws(BenchmarkError) in
                guard status == 200 else { throw BenchmarkError("a polling camera was answered with \(status)") }
                if place == 0 { try polled(body, take) } else { try posted() }
            }
        }
    }

    private func polled(
        _ body: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) throws(BenchmarkError) -> Void
    ) throws(BenchmarkError) {
        if !hasSession {
            hasSession = true
            path += "&sid=\(try Self.session(body))"
        }
        // The next GET first, so that there is always one that waits.
        try streams[0].send(HTTPWire.request("GET", path))
        var start = 0
        while start < body.count {
            let end = body[start...].firstIndex(of: Self.separator) ?? body.count
            try take(UnsafeRawBufferPointer(rebasing: body[start..<end]))
            start = end + 1
        }
    }

    private func posted() throws(BenchmarkError) {
        isPosting = false
        if !unsent.isEmpty { try post() }
    }

    private static func session(_ body: UnsafeRawBufferPointer) throws(BenchmarkError) -> String {
        let parsed = try? JSONParser.parse(Array(body.dropFirst()))
        guard let id = parsed?.objectValue?["sid"]?.stringValue else {
            throw BenchmarkError("no handshake: \(String(decoding: body.prefix(200), as: UTF8.self))")
        }
        return id
    }
}
