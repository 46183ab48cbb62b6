import NIOCore
import Testing

@testable import Realtime

@Suite("Packets of Engine.IO")
struct EngineIOPacketTests {
    private static func buffer(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

    static let packets: [(text: String, packet: EngineIOPacket?)] = [
        ("0{}", .open(buffer("{}"))), ("1", .close), ("2", .ping), ("2probe", .ping(buffer("probe"))), ("3", .pong),
        ("3probe", .pong(buffer("probe"))), ("4", .message(buffer(""))), ("4hello", .message(buffer("hello"))),
        ("4ก", .message(buffer("ก"))), ("5", .upgrade), ("6", .noop), ("", nil), ("7", nil), ("x", nil), ("1x", nil),
        ("5x", nil), ("6x", nil), ("/", nil), (":", nil), (" 4", nil), ("bAQI=", nil),
    ]

    @Test("as text", arguments: packets.indices)
    func text(index: Int) {
        let (text, packet) = Self.packets[index]
        #expect(EngineIOPacket(text: Self.buffer(text)) == packet)
        guard let packet else { return }
        for version in [EngineIOVersion.three, .four] {
            var written = ByteBuffer()
            packet.writeText(to: &written, version: version)
            #expect(String(buffer: written) == text)
            #expect(packet.frame(version: version) == WebSocketFrame.text(Array(text.utf8)))
        }
    }

    @Test("binary ones")
    func binary() {
        let packet = EngineIOPacket.binary(ByteBuffer(bytes: [1, 2, 3]))
        #expect(Array(buffer: packet.frame(version: .four)) == [0x82, 3, 1, 2, 3])
        #expect(Array(buffer: packet.frame(version: .three)) == [0x82, 4, 4, 1, 2, 3])
        #expect(EngineIOPacket(binary: ByteBuffer(bytes: [1, 2, 3]), version: .four) == packet)
        #expect(EngineIOPacket(binary: ByteBuffer(bytes: [4, 1, 2, 3]), version: .three) == packet)
        #expect(EngineIOPacket(binary: ByteBuffer(bytes: [1, 2, 3]), version: .three) == nil)
        #expect(EngineIOPacket(binary: ByteBuffer(), version: .three) == nil)
    }

    static let payloads: [(version: String, text: String, packets: [EngineIOPacket]?)] = [
        ("4", "4hello", [.message(buffer("hello"))]),
        ("4", "4a\u{1E}4b", [.message(buffer("a")), .message(buffer("b"))]),
        ("4", "4a\u{1E}2\u{1E}bAQID", [.message(buffer("a")), .ping, .binary(ByteBuffer(bytes: [1, 2, 3]))]),
        ("4", "b", [.binary(ByteBuffer())]), ("4", "", nil), ("4", "\u{1E}", nil), ("4", "4a\u{1E}", nil),
        ("4", "\u{1E}4a", nil), ("4", "4a\u{1E}\u{1E}4b", nil), ("4", "abc", nil), ("4", "b!!!", nil),
        ("4", "bAQI", nil),
        ("3", "6:4hello", [.message(buffer("hello"))]), ("3", "2:4a1:2", [.message(buffer("a")), .ping]),
        ("3", "2:4ก2:4b", [.message(buffer("ก")), .message(buffer("b"))]),
        ("3", "3:4😀2:4b", [.message(buffer("😀")), .message(buffer("b"))]),
        ("3", "6:b4AQID", [.binary(ByteBuffer(bytes: [1, 2, 3]))]), ("3", "", nil), ("3", "4hello", nil),
        ("3", "7:4hello", nil), ("3", "5:4hello", nil), ("3", ":4a", nil), ("3", "0:", nil), ("3", "-1:4", nil),
        ("3", "9999999999:4a", nil), ("3", "2:4a1", nil), ("3", "2:", nil), ("3", "1 :2", nil),
    ]

    @Test("several in one body", arguments: payloads.indices)
    func payload(index: Int) throws {
        let (number, text, packets) = Self.payloads[index]
        let version = try #require(EngineIOVersion(rawValue: number))
        #expect(EngineIOPayload.decode(Self.buffer(text), version: version) == packets)
        guard let packets else { return }
        let encoded = EngineIOPayload.encode(packets, version: version)
        #expect(String(buffer: encoded) == text)
    }

    @Test("a flood of packets is none")
    func flood() {
        let most = EngineIOPayload.packetLimit
        let fits = ByteBuffer(bytes: Array([[UInt8]](repeating: [0x32], count: most).joined(separator: [0x1E])))
        #expect(EngineIOPayload.decode(fits, version: .four)?.count == most)
        var more = fits
        more.writeBytes([0x1E, 0x32])
        #expect(EngineIOPayload.decode(more, version: .four) == nil)
        let counted = ByteBuffer(string: String(repeating: "1:2", count: most))
        #expect(EngineIOPayload.decode(counted, version: .three)?.count == most)
        let tooMany = ByteBuffer(string: String(repeating: "1:2", count: most + 1))
        #expect(EngineIOPayload.decode(tooMany, version: .three) == nil)
    }
}
