import NIOCore

/// Reads what a client sends over a WebSocket (RFC 6455, section 5) and puts messages together.
///
///      0               1               2               3
///     +-+-+-+-+-------+-+-------------+-------------------------------+
///     |F|R|R|R| opcode|M| length (7)  | length (16 or 64 bits) …      |
///     |I|S|S|S|  (4)  |A|             | if length is 126 or 127       |
///     |N|V|V|V|       |S|             |                               |
///     +-+-+-+-+-------+-+-------------+-------------------------------+
///     | masking key (32 bits), always there   | payload …             |
///     +---------------------------------------+-----------------------+
///
/// Own code because of what a library's reader keeps for itself: this one says how large a message will be before it
/// takes a byte of it, so that all connections together stay within a bound (invariant 5), and refuses bad lengths and
/// bad text at once instead of at the end of twelve megabytes.
struct WebSocketParser {
    enum Event {
        case text(ByteBuffer)
        case binary(ByteBuffer)
        case ping(ByteBuffer)
        case pong
        /// The peer ends the connection; nothing after it is read.
        case close(WebSocketCloseCode?)
        /// A message of up to this many bytes wants to come; reading goes on after `grantRoom`.
        case needsRoom(bytes: Int)
    }

    private enum Opcode: UInt8 {
        case continuation = 0x0
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA

        var isControl: Bool { rawValue & 0x8 != 0 }
    }

    private struct Frame {
        let opcode: Opcode
        let isFinal: Bool
        let key: UInt32
        /// Bytes of the payload that were read already.
        var taken = 0
        let length: Int
    }

    /// Larger messages ask for room before they are read.
    static let smallMessage = 64 * 1_024

    /// Bytes of one message.
    var messageLimit: Int
    private var frame: Frame?
    private var message: ByteBuffer?
    private var isText = false
    private var validator = UTF8Validator()
    private var control = ByteBuffer()
    private var hasRoom = false
    private var waitsForRoom = false
    private var isClosed = false

    init(messageLimit: Int) {
        self.messageLimit = messageLimit
    }

    /// Bytes of the message that is being put together.
    var assembledBytes: Int { message?.readableBytes ?? 0 }

    /// The message that asked for room may come.
    mutating func grantRoom() {
        waitsForRoom = false
        hasRoom = true
    }

    /// Takes bytes out of `input` up to the next event; nil when it needs more.
    mutating func next(_ input: inout ByteBuffer) throws(WebSocketViolation) -> Event? {
        while !isClosed, !waitsForRoom {
            if frame == nil {
                guard try readHead(&input) else { return nil }
                if let bytes = roomNeeded() { return .needsRoom(bytes: bytes) }
            }
            guard var current = frame else { return nil }
            try readPayload(&input, &current)
            guard current.taken == current.length else {
                frame = current
                return nil
            }
            frame = nil
            if let event = try finish(current) { return event }
        }
        return nil
    }

    /// - Returns: false when the head is not whole yet.
    private mutating func readHead(_ input: inout ByteBuffer) throws(WebSocketViolation) -> Bool {
        let start = input.readerIndex
        guard let first: UInt8 = input.getInteger(at: start), let second: UInt8 = input.getInteger(at: start + 1)
        else { return false }
        guard first & 0x70 == 0 else { throw violation("a reserved bit is set and no extension was agreed on") }
        guard let opcode = Opcode(rawValue: first & 0x0F) else { throw violation("the opcode is reserved") }
        guard second & 0x80 != 0 else { throw violation("a client's frames must be masked") }
        let isFinal = first & 0x80 != 0
        let short = Int(second & 0x7F)
        if opcode.isControl {
            guard isFinal else { throw violation("a control frame cannot be fragmented") }
            guard short <= 125 else { throw violation("a control frame has at most 125 bytes") }
        } else if opcode == .continuation {
            guard message != nil else { throw violation("nothing is there to continue") }
        } else if message != nil {
            throw violation("a message begins inside another one")
        }
        let length: Int
        let lengthBytes: Int
        switch short {
        case 126:
            guard let long: UInt16 = input.getInteger(at: start + 2) else { return false }
            (length, lengthBytes) = (Int(long), 2)
        case 127:
            guard let long: UInt64 = input.getInteger(at: start + 2) else { return false }
            guard let fitting = Int(exactly: long) else { throw violation("the length has its highest bit set") }
            (length, lengthBytes) = (fitting, 8)
        default: (length, lengthBytes) = (short, 0)
        }
        guard opcode.isControl || length <= messageLimit - assembledBytes else {
            throw WebSocketViolation(code: .tooLarge, reason: "a message has at most \(messageLimit) bytes")
        }
        guard let key: UInt32 = input.getInteger(at: start + 2 + lengthBytes, endianness: .host) else { return false }
        input.moveReaderIndex(forwardBy: 2 + lengthBytes + 4)
        frame = Frame(opcode: opcode, isFinal: isFinal, key: key, length: length)
        if opcode == .text || opcode == .binary {
            message = ByteBuffer()
            isText = opcode == .text
            validator = UTF8Validator()
        }
        return true
    }

    /// A message in fragments may become as large as the limit; one in a single frame says how large it is.
    private mutating func roomNeeded() -> Int? {
        guard let frame, !frame.opcode.isControl, !hasRoom,
            assembledBytes + frame.length > Self.smallMessage
        else { return nil }
        waitsForRoom = true
        return frame.isFinal ? assembledBytes + frame.length : messageLimit
    }

    private mutating func readPayload(
        _ input: inout ByteBuffer, _ current: inout Frame
    ) throws(WebSocketViolation) {
        let count = min(input.readableBytes, current.length - current.taken)
        guard count > 0, var piece = input.readSlice(length: count) else { return }
        // The key's bytes go round from where the piece before left off.
        let shift = UInt32(current.taken % 4 * 8)
        let key = shift == 0 ? current.key : current.key >> shift | current.key << (32 - shift)
        let isTextPiece = !current.opcode.isControl && isText
        let validator = validator
        let (next, isValid) = piece.withUnsafeMutableReadableBytes { bytes -> (UTF8Validator, Bool) in
            Self.unmask(bytes, key: key)
            guard isTextPiece else { return (validator, true) }
            var next = validator
            let isValid = next.take(UnsafeRawBufferPointer(bytes))
            return (next, isValid)
        }
        self.validator = next
        guard isValid else { throw WebSocketViolation(code: .invalidData, reason: "a text message must be UTF-8") }
        current.taken += count
        if current.opcode.isControl {
            control.writeBuffer(&piece)
        } else if message?.readableBytes == 0, count == current.length, current.isFinal {
            message = piece
        } else {
            if message?.readableBytes == 0 { message?.reserveCapacity(current.length) }
            message?.writeBuffer(&piece)
        }
    }

    /// - Parameter key: the four bytes as they stand in memory.
    private static func unmask(_ bytes: UnsafeMutableRawBufferPointer, key: UInt32) {
        let wide = UInt64(key) << 32 | UInt64(key)
        var position = 0
        while position + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) ^ wide
            bytes.storeBytes(of: word, toByteOffset: position, as: UInt64.self)
            position += 8
        }
        withUnsafeBytes(of: key) { key in
            while position < bytes.count {
                bytes[position] ^= key[position % 4]
                position += 1
            }
        }
    }

    private mutating func finish(_ frame: Frame) throws(WebSocketViolation) -> Event? {
        switch frame.opcode {
        case .ping:
            defer { control = ByteBuffer() }
            return .ping(control)
        case .pong:
            control = ByteBuffer()
            return .pong
        case .close:
            isClosed = true
            return .close(try closeCode())
        case .continuation, .text, .binary:
            guard frame.isFinal, let whole = message else { return nil }
            message = nil
            hasRoom = false
            guard isText else { return .binary(whole) }
            guard validator.isComplete else {
                throw WebSocketViolation(code: .invalidData, reason: "a text message ends inside a character")
            }
            return .text(whole)
        }
    }

    private func closeCode() throws(WebSocketViolation) -> WebSocketCloseCode? {
        var payload = control
        guard payload.readableBytes > 0 else { return nil }
        guard let number: UInt16 = payload.readInteger(), let code = WebSocketCloseCode(received: number) else {
            throw violation("no peer may send this close code")
        }
        var reason = UTF8Validator()
        guard payload.withUnsafeReadableBytes({ reason.take($0) }), reason.isComplete else {
            throw WebSocketViolation(code: .invalidData, reason: "the reason for closing must be UTF-8")
        }
        return code
    }

    private func violation(_ reason: String) -> WebSocketViolation {
        WebSocketViolation(code: .protocolError, reason: reason)
    }
}
