/// MQTT 3.1.1 as far as a generator of load needs it.
///
///     kind and flags (1) │ length of the rest (1 to 4, seven bits in each) │ the rest
enum MQTTWire {
    /// A client that says nothing for long is not given up.
    static func connect(as clientID: String) -> [UInt8] {
        packet(0x10, text("MQTT") + [4, 0x02, 0, 0] + text(clientID))
    }

    /// With QoS 1, as packet 1.
    static func subscribe(to filter: String) -> [UInt8] { packet(0x82, [0, 1] + text(filter) + [1]) }

    /// With QoS 1.
    static func publish(_ payload: String, to topic: String, packetID: UInt16) -> [UInt8] {
        packet(0x32, text(topic) + number(packetID) + Array(payload.utf8))
    }

    static func acknowledge(_ packetID: UInt16) -> [UInt8] { packet(0x40, number(packetID)) }

    private static func packet(_ first: UInt8, _ rest: [UInt8]) -> [UInt8] {
        var bytes = [first]
        var length = rest.count
        repeat {
            bytes.append(UInt8(length & 0x7F) | (length > 0x7F ? 0x80 : 0))
            length >>= 7
        } while length > 0
        return bytes + rest
    }

    private static func text(_ text: String) -> [UInt8] { number(UInt16(text.utf8.count)) + Array(text.utf8) }

    private static func number(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

    /// Whole packets.
    /// - Returns: how many bytes they were.
    static func packets(
        _ bytes: UnsafeRawBufferPointer, _ take: (MQTTPacket) throws(BenchmarkError) -> Void
    ) throws(BenchmarkError) -> Int {
        var place = 0
        while place < bytes.count {
            var start = place + 1
            var length = 0
            var isLast = false
            while !isLast {
                guard start < bytes.count else { return place }
                guard start - place <= 4 else { throw BenchmarkError("no MQTT: a length of more than four bytes") }
                length |= Int(bytes[start] & 0x7F) << (7 * (start - place - 1))
                isLast = bytes[start] & 0x80 == 0
                start += 1
            }
            guard bytes.count - start >= length else { return place }
            try take(
                MQTTPacket(
                    first: bytes[place], rest: UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])))
            place = start + length
        }
        return place
    }
}

/// One packet, which is read only as far as it is asked.
struct MQTTPacket {
    enum Kind: UInt8 {
        case connect = 1, connectAnswer, publish, acknowledgement
        case subscribeAnswer = 9
    }

    fileprivate let first: UInt8
    /// What follows the length.
    let rest: UnsafeRawBufferPointer

    /// Nil for those that nobody here looks at.
    var kind: Kind? { Kind(rawValue: first >> 4) }

    /// The topic of a publication.
    var topic: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: rest.dropFirst(2).prefix(number(at: 0)))
    }

    /// The number of a publication with QoS 1, or of what an acknowledgement is for.
    var packetID: UInt16 { UInt16(number(at: kind == .publish ? 2 + number(at: 0) : 0)) }

    /// Whether the broker's answer to CONNECT (either version) or to SUBSCRIBE of one filter (3.1.1) is yes.
    var isYes: Bool { kind == .connectAnswer ? rest.count > 1 && rest[1] == 0 : rest.last.map { $0 < 0x80 } ?? false }

    private func number(at place: Int) -> Int {
        guard rest.count >= place + 2 else { return 0 }
        return Int(rest[place]) << 8 | Int(rest[place + 1])
    }
}
