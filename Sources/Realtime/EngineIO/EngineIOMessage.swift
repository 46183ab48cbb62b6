package import NIOCore

/// A message that a client sent. Whoever takes it calls `done` once it is dealt with: until then the client's next
/// messages may have to wait (invariant 5).
package struct EngineIOMessage: Sendable {
    package enum Content: Sendable {
        case text(ByteBuffer)
        case binary(ByteBuffer)
    }

    package let content: Content
    package let done: @Sendable () -> Void

    var byteCount: Int {
        switch content {
        case .text(let bytes), .binary(let bytes): bytes.readableBytes
        }
    }

    init?(_ packet: EngineIOPacket, done: @escaping @Sendable () -> Void) {
        switch packet {
        case .message(let bytes): content = .text(bytes)
        case .binary(let bytes): content = .binary(bytes)
        default: return nil
        }
        self.done = done
    }
}
