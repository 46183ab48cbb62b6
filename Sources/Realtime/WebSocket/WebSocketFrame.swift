import NIOCore

/// Frames from the server: whole, never masked, so that one frame can be sent to a thousand connections as it is.
enum WebSocketFrame {
    private static let final: UInt8 = 0x80

    static func text(_ bytes: some Collection<UInt8>) -> ByteBuffer { frame(0x1, bytes) }

    static func binary(_ bytes: some Collection<UInt8>) -> ByteBuffer { frame(0x2, bytes) }

    static func ping() -> ByteBuffer { frame(0x9, []) }

    static func pong(_ payload: ByteBuffer) -> ByteBuffer { frame(0xA, payload.readableBytesView) }

    static func close(_ code: WebSocketCloseCode, reason: String = "") -> ByteBuffer {
        var payload: [UInt8] = [UInt8(code.number >> 8), UInt8(truncatingIfNeeded: code.number)]
        payload += reason.utf8.prefix(123)
        return frame(0x8, payload)
    }

    private static func frame(_ opcode: UInt8, _ payload: some Collection<UInt8>) -> ByteBuffer {
        let count = payload.count
        var frame = ByteBuffer()
        frame.reserveCapacity(count + 10)
        frame.writeInteger(final | opcode)
        switch count {
        case 0...125: frame.writeInteger(UInt8(truncatingIfNeeded: count))
        case 126...0xFFFF:
            frame.writeInteger(UInt8(126))
            frame.writeInteger(UInt16(truncatingIfNeeded: count))
        default:
            frame.writeInteger(UInt8(127))
            frame.writeInteger(UInt64(count))
        }
        frame.writeBytes(payload)
        return frame
    }
}
