import NIOCore

/// Several packets in the body of one polling request or answer.
///
///     version 4:  packet 0x1E packet 0x1E packet
///     version 3:  length ":" packet length ":" packet, lengths in UTF-16 code units
///     or in bytes: 0 for text or 1 for binary, the digits of the length as bytes 0 to 9, 0xFF, packet
enum EngineIOPayload {
    /// Packets of one payload: more would be a flood.
    static let packetLimit = 16_384

    private static let separator: UInt8 = 0x1E

    static func encode(_ packets: [EngineIOPacket], version: EngineIOVersion) -> ByteBuffer {
        var payload = ByteBuffer()
        for (index, packet) in packets.enumerated() {
            switch version {
            case .four:
                if index > 0 { payload.writeInteger(separator) }
                packet.writeText(to: &payload, version: version)
            case .three:
                var text = ByteBuffer()
                packet.writeText(to: &text, version: version)
                payload.writeString("\(utf16Count(text.readableBytesView)):")
                payload.writeBuffer(&text)
            }
        }
        return payload
    }

    /// The packets; nil when one of them is none, or there are too many.
    static func decode(_ payload: ByteBuffer, version: EngineIOVersion) -> [EngineIOPacket]? {
        guard payload.readableBytes > 0 else { return nil }
        guard version == .three else { return decodeSeparated(payload) }
        let isInBytes = payload.getInteger(at: payload.readerIndex, as: UInt8.self).map { $0 <= 1 } ?? false
        return isInBytes ? decodeBytes(payload) : decodeCounted(payload)
    }

    private static func decodeSeparated(_ payload: ByteBuffer) -> [EngineIOPacket]? {
        var packets: [EngineIOPacket] = []
        var rest = payload
        while true {
            let length = rest.readableBytesView.firstIndex(of: separator).map { $0 - rest.readerIndex }
            guard packets.count < packetLimit, let text = rest.readSlice(length: length ?? rest.readableBytes),
                let packet = packet(text, version: .four)
            else { return nil }
            packets.append(packet)
            guard length != nil else { return packets }
            rest.moveReaderIndex(forwardBy: 1)
        }
    }

    private static func decodeCounted(_ payload: ByteBuffer) -> [EngineIOPacket]? {
        var packets: [EngineIOPacket] = []
        var rest = payload
        while rest.readableBytes > 0 {
            guard packets.count < packetLimit, let units = readCount(&rest),
                let length = byteCount(ofUTF16: units, in: rest.readableBytesView),
                let text = rest.readSlice(length: length), let packet = packet(text, version: .three)
            else { return nil }
            packets.append(packet)
        }
        return packets
    }

    private static func decodeBytes(_ payload: ByteBuffer) -> [EngineIOPacket]? {
        var packets: [EngineIOPacket] = []
        var rest = payload
        while rest.readableBytes > 0 {
            guard packets.count < packetLimit, let kind: UInt8 = rest.readInteger(), kind <= 1,
                let length = readByteCount(&rest), let body = rest.readSlice(length: length),
                let packet = kind == 0
                    ? EngineIOPacket(text: body) : EngineIOPacket(binary: body, version: .three)
            else { return nil }
            packets.append(packet)
        }
        return packets
    }

    private static func readByteCount(_ rest: inout ByteBuffer) -> Int? {
        var count = 0
        for digits in 0..<10 {
            guard let byte: UInt8 = rest.readInteger() else { return nil }
            if byte == 0xFF { return digits > 0 ? count : nil }
            guard byte <= 9 else { return nil }
            count = count * 10 + Int(byte)
        }
        return nil
    }

    private static func packet(_ text: ByteBuffer, version: EngineIOVersion) -> EngineIOPacket? {
        guard text.getInteger(at: text.readerIndex, as: UInt8.self) == UInt8(ascii: "b") else {
            return EngineIOPacket(text: text)
        }
        var base64 = text
        base64.moveReaderIndex(forwardBy: 1)
        if version == .three, base64.getInteger(at: base64.readerIndex, as: UInt8.self) == UInt8(ascii: "4") {
            base64.moveReaderIndex(forwardBy: 1)
        }
        return Base64Text.decode(base64).map { .binary($0) }
    }

    /// `123:`
    private static func readCount(_ rest: inout ByteBuffer) -> Int? {
        var count = 0
        for digits in 0..<10 {
            guard let byte: UInt8 = rest.readInteger() else { return nil }
            if byte == UInt8(ascii: ":") { return digits > 0 ? count : nil }
            guard byte >= 48, byte <= 57 else { return nil }
            count = count * 10 + Int(byte - 48)
        }
        return nil
    }

    private static func utf16Count(_ bytes: ByteBufferView) -> Int {
        // Characters of four bytes are two units, all others are one.
        bytes.reduce(into: 0) { count, byte in
            if byte & 0xC0 != 0x80 { count += byte >= 0xF0 ? 2 : 1 }
        }
    }

    /// How many bytes hold `units` UTF-16 code units; nil when there are not as many.
    private static func byteCount(ofUTF16 units: Int, in bytes: ByteBufferView) -> Int? {
        var left = units
        var length = 0
        for byte in bytes {
            if byte & 0xC0 != 0x80 {
                guard left > 0 else { return length }
                left -= byte >= 0xF0 ? 2 : 1
            }
            length += 1
        }
        return left == 0 ? length : nil
    }
}
