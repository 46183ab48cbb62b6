import Domain
import NIOCore
import Testing

@testable import Realtime

@Suite("Packets of Socket.IO")
struct SocketIOPacketTests {
    private static func made(
        _ kind: SocketIOPacket.Kind, _ json: String = "", in namespace: String = "/", id: Int? = nil,
        attachments: Int = 0
    ) -> SocketIOPacket {
        var packet = SocketIOPacket(kind, namespace: namespace, id: id, json: ByteBuffer(string: json))
        packet.attachmentCount = attachments
        return packet
    }

    static let packets: [(text: String, packet: SocketIOPacket)] = [
        ("0", made(.connect)), ("0{\"token\":\"x\"}", made(.connect, "{\"token\":\"x\"}")), ("1", made(.disconnect)),
        ("0/admin,", made(.connect, in: "/admin")), ("1/admin,", made(.disconnect, in: "/admin")),
        ("2[\"a\",1]", made(.event, "[\"a\",1]")), ("212[\"a\"]", made(.event, "[\"a\"]", id: 12)),
        ("2/admin,0[\"a\"]", made(.event, "[\"a\"]", in: "/admin", id: 0)),
        ("312[]", made(.acknowledgement, "[]", id: 12)),
        ("4{\"message\":\"no\"}", made(.connectError, "{\"message\":\"no\"}")),
        ("51-[\"a\",{}]", made(.binaryEvent, "[\"a\",{}]", attachments: 1)),
        ("532-/a,7[]", made(.binaryEvent, "[]", in: "/a", id: 7, attachments: 32)),
        ("60-1[]", made(.binaryAcknowledgement, "[]", id: 1, attachments: 0)),
        ("2999999999999999[]", made(.event, "[]", id: 999_999_999_999_999)),
        ("2/ทะเบียน,[]", made(.event, "[]", in: "/ทะเบียน")),
    ]

    @Test("read and written", arguments: packets.indices)
    func bothWays(index: Int) {
        let (text, packet) = Self.packets[index]
        #expect(SocketIOPacket(ByteBuffer(string: text)) == packet)
        #expect(String(buffer: packet.message) == text)
    }

    @Test(
        "read as older clients send them",
        arguments: [
            ("0/admin", made(.connect, in: "/admin")), ("0/admin?token=abc,", made(.connect, in: "/admin")),
            ("0/admin?a=b", made(.connect, in: "/admin")), ("20001[]", made(.event, "[]", id: 1)),
            ("29999999999999999[]", made(.event, "9[]", id: 999_999_999_999_999)),
        ])
    func lenient(text: String, packet: SocketIOPacket) {
        #expect(SocketIOPacket(ByteBuffer(string: text)) == packet)
    }

    @Test(
        "none",
        arguments: [
            "", "7", "8[]", "/", "x", "-", "5[]", "5-[]", "533-[]", "5999999999999999999-[]", "51", "51[]",
            "2/" + String(repeating: "x", count: 100) + ",[]", "2/" + String(repeating: "x", count: 3_000) + ",[]",
        ])
    func none(text: String) {
        #expect(SocketIOPacket(ByteBuffer(string: text)) == nil)
    }

    @Test func namespaceThatIsNoText() {
        #expect(SocketIOPacket(ByteBuffer(bytes: [0x30, 0x2F, 0xFF, 0x2C])) == nil)
    }

    @Test(
        "arguments",
        arguments: [
            ("[\"a\"]", 0, true), ("[]", 0, true), ("[\"a\",{\"_placeholder\":true,\"num\":0}]", 1, true),
            ("[\"a\",{\"_placeholder\":true,\"num\":1}]", 1, false),
            ("[\"a\",{\"_placeholder\":true,\"num\":0}]", 0, false),
            ("[\"a\",{\"_placeholder\":true,\"num\":-1}]", 1, false), ("[\"a\",{\"_placeholder\":true}]", 1, false),
            ("[\"a\",{\"_placeholder\":true,\"num\":0.5}]", 1, false),
            ("[\"a\",{\"_placeholder\":true,\"num\":9223372036854775807}]", 1, false),
            ("[\"a\",{\"_placeholder\":true,\"num\":\"0\"}]", 1, false),
            ("[\"a\",{\"x\":[{\"_placeholder\":true,\"num\":1}]}]", 2, true),
            ("[\"a\",{\"x\":[{\"_placeholder\":true,\"num\":2}]}]", 2, false),
            ("[\"a\",{\"_placeholder\":false,\"num\":7}]", 0, true), ("{}", 0, false), ("\"a\"", 0, false),
            ("[", 0, false),
            ("", 0, false), ("[1]9", 0, false),
        ])
    func arguments(json: String, attachments: Int, isSound: Bool) {
        let bytes = [ByteBuffer](repeating: ByteBuffer(bytes: [1]), count: attachments)
        let arguments = SocketIOArguments(json: ByteBuffer(string: json), attachments: bytes)
        #expect((arguments != nil) == isSound)
    }

    @Test func names() {
        func name(_ json: String) -> String? {
            SocketIOArguments(json: ByteBuffer(string: json), attachments: [])?.name
        }
        #expect(name("[\"a\",1]") == "a" && name("[1]") == nil && name("[]") == nil)
    }
}
