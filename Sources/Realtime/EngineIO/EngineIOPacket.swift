package import NIOCore

/// The version of the protocol that a client speaks: the parameter `EIO` of its first request.
enum EngineIOVersion: String, Sendable {
    /// Clients of Socket.IO 2: they ping, and count characters in polling payloads.
    case three = "3"
    case four = "4"
}

/// A packet of Engine.IO, https://github.com/socketio/engine.io-protocol, versions 3 and 4.
///
///     one character, the type, then the rest as text:  0{"sid":…}   1   2probe   3probe   4hello   5   6
///     binary messages: in WebSocket frames as they are (version 3: behind a byte 4), in polling as `b` and base64
///     (version 3: `b4` and base64)
package enum EngineIOPacket: Sendable, Hashable {
    case open(ByteBuffer)
    case close
    case ping(ByteBuffer)
    case pong(ByteBuffer)
    case message(ByteBuffer)
    case binary(ByteBuffer)
    case upgrade
    case noop

    static let ping = EngineIOPacket.ping(ByteBuffer())
    static let pong = EngineIOPacket.pong(ByteBuffer())
    /// What asks whether an upgrade would get through, and the answer.
    static let probe = ByteBuffer(string: "probe")

    /// A packet in a text frame; nil when it is none.
    init?(text: ByteBuffer) {
        var rest = text
        guard let type: UInt8 = rest.readInteger() else { return nil }
        let isEmpty = rest.readableBytes == 0
        switch type {
        case UInt8(ascii: "0"): self = .open(rest)
        case UInt8(ascii: "1") where isEmpty: self = .close
        case UInt8(ascii: "2"): self = .ping(rest)
        case UInt8(ascii: "3"): self = .pong(rest)
        case UInt8(ascii: "4"): self = .message(rest)
        case UInt8(ascii: "5") where isEmpty: self = .upgrade
        case UInt8(ascii: "6") where isEmpty: self = .noop
        default: return nil
        }
    }

    /// A message in a binary frame; nil when it is none.
    init?(binary: ByteBuffer, version: EngineIOVersion) {
        var rest = binary
        if version == .three {
            guard rest.readInteger(as: UInt8.self) == 4 else { return nil }
        }
        self = .binary(rest)
    }

    var byteCount: Int { typeAndBody.body.readableBytes }

    private var typeAndBody: (type: UInt8, body: ByteBuffer) {
        switch self {
        case .open(let body): (UInt8(ascii: "0"), body)
        case .close: (UInt8(ascii: "1"), ByteBuffer())
        case .ping(let body): (UInt8(ascii: "2"), body)
        case .pong(let body): (UInt8(ascii: "3"), body)
        case .message(let body), .binary(let body): (UInt8(ascii: "4"), body)
        case .upgrade: (UInt8(ascii: "5"), ByteBuffer())
        case .noop: (UInt8(ascii: "6"), ByteBuffer())
        }
    }

    /// The packet as the payload of a text frame, or of polling.
    func writeText(to buffer: inout ByteBuffer, version: EngineIOVersion) {
        let (type, body) = typeAndBody
        if case .binary = self {
            buffer.writeInteger(UInt8(ascii: "b"))
            if version == .three { buffer.writeInteger(type) }
            buffer.writeBytes(Base64Text.encode(body.readableBytesView))
            return
        }
        buffer.writeInteger(type)
        buffer.writeImmutableBuffer(body)
    }

    /// The WebSocket frame that carries the packet.
    func frame(version: EngineIOVersion) -> ByteBuffer {
        if case .binary(let body) = self {
            return version == .three
                ? WebSocketFrame.binary([4] + Array(body.readableBytesView))
                : WebSocketFrame.binary(body.readableBytesView)
        }
        var text = ByteBuffer()
        writeText(to: &text, version: version)
        return WebSocketFrame.text(text.readableBytesView)
    }
}
