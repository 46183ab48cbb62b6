import NIOCore

/// Frames as a client sends them: masked, whole or in part, right or wrong.
struct ClientFrame {
    var first: UInt8
    var isMasked = true
    var key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    var payload: [UInt8]
    /// Nil takes the shortest form.
    var lengthForm: LengthForm?
    /// What the head says of the length, when it lies.
    var claimedLength: UInt64?

    enum LengthForm { case seven, sixteen, sixtyFour }

    init(_ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true) {
        first = (isFinal ? 0x80 : 0) | opcode
        self.payload = payload
    }

    static func text(_ text: String, isFinal: Bool = true) -> ClientFrame {
        ClientFrame(0x1, Array(text.utf8), isFinal: isFinal)
    }

    static func close(_ code: UInt16, _ reason: [UInt8] = []) -> ClientFrame {
        ClientFrame(0x8, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason)
    }

    var bytes: [UInt8] {
        var bytes = [first]
        let length = claimedLength ?? UInt64(payload.count)
        let shortest: LengthForm = length <= 125 ? .seven : length <= 0xFFFF ? .sixteen : .sixtyFour
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch lengthForm ?? shortest {
        case .seven: bytes.append(mask | UInt8(length))
        case .sixteen:
            bytes.append(mask | 126)
            bytes += [UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)]
        case .sixtyFour:
            bytes.append(mask | 127)
            bytes += (0..<8).reversed().map { UInt8(length >> ($0 * 8) & 0xFF) }
        }
        guard isMasked else { return bytes + payload }
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    var buffer: ByteBuffer { ByteBuffer(bytes: bytes) }
}
