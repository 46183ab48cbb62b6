import NIOCore
import Testing

@testable import Realtime

@Suite("A client of Socket.IO")
struct SocketIOStateTests {
    enum Step: Sendable {
        case text(String), binary(UInt8), allow(String), refuse(String)
    }

    static let traces: [(name: String, steps: [(Step, String)])] = [
        (
            "connects, sends, leaves and comes back",
            [
                (.text("0"), "connect / "), (.allow("/"), ""), (.text("2[\"a\"]"), "event / [\"a\"] 0"),
                (.text("1"), "disconnect /"),
                (.text("2[\"a\"]"), "nothing"), (.text("1"), "nothing"), (.text("0{\"x\":1}"), "connect / {\"x\":1}"),
            ]
        ),
        (
            "a second CONNECT is of no account",
            [(.text("0"), "connect / "), (.text("0"), "nothing"), (.allow("/"), ""), (.text("0"), "nothing")]
        ),
        ("a refused one may ask again", [(.text("0"), "connect / "), (.refuse("/"), ""), (.text("0"), "connect / ")]),
        (
            "namespaces",
            [
                (.text("0/x,"), "unknown /x"), (.text("0/custom,"), "connect /custom "), (.allow("/custom"), ""),
                (.text("2/custom,7[\"a\"]"), "event /custom 7 [\"a\"] 0"), (.text("2[\"a\"]"), "nothing"),
                (.text("1/x,"), "nothing"),
            ]
        ),
        (
            "attachments follow their packet",
            [
                (.text("0"), "connect / "), (.allow("/"), ""), (.text("52-[\"a\"]"), "nothing inside kept"),
                (.binary(1), "nothing inside kept"), (.binary(2), "event / [\"a\"] 2"),
                (.text("50-[\"a\"]"), "event / [\"a\"] 0"),
                (.text("61-3[]"), "nothing inside kept"), (.binary(1), "acknowledgement"),
            ]
        ),
        (
            "attachments for nobody are not kept",
            [(.text("52-[\"a\"]"), "nothing inside"), (.binary(1), "nothing inside"), (.binary(2), "nothing")]
        ),
        (
            "text among attachments",
            [
                (.text("0"), "connect / "), (.allow("/"), ""), (.text("51-[\"a\"]"), "nothing inside kept"),
                (.text("2[]"), "violation inside kept"),
            ]
        ),
        ("binary out of nowhere", [(.binary(1), "violation")]),
        ("no packet", [(.text("x"), "violation")]),
        ("an event without JSON", [(.text("2"), "violation")]),
        ("an acknowledgement without a number", [(.text("3[]"), "violation")]),
        ("an acknowledgement", [(.text("31[]"), "acknowledgement")]),
        ("an error from a client", [(.text("4{}"), "violation")]),
    ]

    @Test("means", arguments: traces.indices)
    func trace(index: Int) {
        let trace = Self.traces[index]
        var state = SocketIOState(namespaces: ["/", "/custom"])
        for (number, (step, expected)) in trace.steps.enumerated() {
            #expect(Self.take(step, &state) == expected, "\(trace.name), step \(number)")
        }
    }

    private static func take(_ step: Step, _ state: inout SocketIOState) -> String {
        let meaning: SocketIOState.Meaning
        switch step {
        case .text(let text): meaning = state.receive(.text(ByteBuffer(string: text)))
        case .binary(let byte): meaning = state.receive(.binary(ByteBuffer(bytes: [byte])))
        case .allow(let name):
            state.allow(name)
            return ""
        case .refuse(let name):
            state.refuse(name)
            return ""
        }
        let inside = (state.isInsidePacket ? " inside" : "") + (state.keepsPacket ? " kept" : "")
        switch meaning {
        case .connect(let name, let auth): return "connect \(name) \(String(buffer: auth))" + inside
        case .unknownNamespace(let name): return "unknown \(name)" + inside
        case .disconnect(let name): return "disconnect \(name)" + inside
        case .event(let name, let id, let json, let attachments):
            let number = id.map { " \($0)" } ?? ""
            return "event \(name)\(number) \(String(buffer: json)) \(attachments.count)" + inside
        case .acknowledgement: return "acknowledgement" + inside
        case .nothing: return "nothing" + inside
        case .violation: return "violation" + inside
        }
    }
}
