/// The client's end of WebSocket, as far as a generator of load needs it.
enum WebSocketWire {
    /// - Parameter fields: further header fields, each with its line end.
    static func request(_ path: String, fields: String = "") -> [UInt8] {
        Array(
            """
            GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\(fields)\r\n
            """.utf8)
    }

    /// The answer to `request`.
    /// - Returns: its length; 0 while it is not whole.
    static func answer(_ bytes: UnsafeRawBufferPointer) throws(BenchmarkError) -> Int {
        guard let head = HTTPWire.head(bytes) else { return 0 }
        guard head.status == 101 else { throw BenchmarkError("a WebSocket was answered with \(head.status)") }
        return head.length
    }

    /// A text frame. Its mask is zero, which changes nothing.
    static func text(_ text: String) -> [UInt8] { frame(0x81, Array(text.utf8)) }

    static func pong() -> [UInt8] { frame(0x8A, []) }

    private static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let count = payload.count
        let length: [UInt8] =
            count < 126 ? [0x80 | UInt8(count)] : [0xFE, UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)]
        return [first] + length + [0, 0, 0, 0] + payload
    }

    /// Whole frames of a server: one byte of kind, a length of 1, 1 + 2 or 1 + 8 bytes, never a mask.
    /// - Returns: how many bytes they were.
    static func frames(
        _ bytes: UnsafeRawBufferPointer, _ take: (UInt8, UnsafeRawBufferPointer) throws(BenchmarkError) -> Void
    ) throws(BenchmarkError) -> Int {
        var place = 0
        while bytes.count - place >= 2 {
            var start = place + 2
            var length = Int(bytes[place + 1])
            if length >= 126 {
                let width = length == 126 ? 2 : 8
                guard bytes.count - start >= width else { break }
                length = bytes[start..<start + width].reduce(0) { $0 << 8 | Int($1) }
                start += width
            }
            guard bytes.count - start >= length else { break }
            try take(bytes[place] & 0x0F, UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]))
            place = start + length
        }
        return place
    }
}
