import NIOCore
import TestSupport
import Testing

@testable import Realtime

@Suite("WebSocket frames from clients")
struct WebSocketParserTests {
    @Test("every length in every form", arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
    func lengths(length: Int) {
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var expected: [Heard] = length > WebSocketParser.smallMessage ? [.needsRoom(length)] : []
        expected.append(.binary(payload))
        for form in [nil, ClientFrame.LengthForm.sixteen, .sixtyFour] where form != .sixteen || length <= 0xFFFF {
            var frame = ClientFrame(0x2, payload)
            frame.lengthForm = form
            #expect(ParserRun.heard([frame]) == expected)
        }
    }

    static let conversation: [ClientFrame] = [
        .text("hello"), .text(""), ClientFrame(0x9, [1, 2, 3]), ClientFrame(0x1, Array("ทะเบียน".utf8), isFinal: false),
        ClientFrame(0xA, []), ClientFrame(0x0, Array(" 1กก".utf8), isFinal: false), ClientFrame(0x9, [7]),
        ClientFrame(0x0, [], isFinal: false), ClientFrame(0x0, Array(" 1234".utf8)),
        ClientFrame(0x2, (0..<300).map { UInt8(truncatingIfNeeded: $0) }), .close(1_000, Array("bye".utf8)),
        .text("never read"),
    ]

    static let heard: [Heard] = [
        .text("hello"), .text(""), .ping([1, 2, 3]), .pong, .ping([7]), .text("ทะเบียน 1กก 1234"),
        .binary((0..<300).map { UInt8(truncatingIfNeeded: $0) }), .close(1_000),
    ]

    @Test("pieces of any size come to the same", arguments: [1, 2, 3, 5, 7, 11, 64, 10_000])
    func pieces(size: Int) {
        let bytes = Self.conversation.flatMap(\.bytes)
        #expect(ParserRun.heard(bytes, pieces: { size }) == Self.heard)
    }

    @Test func piecesAtRandom() {
        let bytes = Self.conversation.flatMap(\.bytes)
        var generator = SeededGenerator(10)
        for _ in 0..<200 {
            #expect(ParserRun.heard(bytes, pieces: { .random(in: 1...20, using: &generator) }) == Self.heard)
        }
    }

    @Test("a mask that is cut anywhere fits")
    func splitMask() {
        let payload = (0..<40).map { UInt8($0) }
        let bytes = ClientFrame(0x2, payload).bytes
        for first in 1..<bytes.count {
            for second in first..<min(bytes.count, first + 9) {
                var run = ParserRun()
                run.feed(bytes[..<first])
                run.feed(bytes[first..<second])
                run.feed(bytes[second...])
                #expect(run.heard == [.binary(payload)])
            }
        }
    }

    static let violations: [(String, [ClientFrame], UInt16)] = {
        func made(_ frame: ClientFrame, _ change: (inout ClientFrame) -> Void) -> ClientFrame {
            var frame = frame
            change(&frame)
            return frame
        }
        return [
            ("reserved bit 1", [made(.text("x")) { $0.first |= 0x40 }], 1_002),
            ("reserved bit 2", [made(.text("x")) { $0.first |= 0x20 }], 1_002),
            ("reserved bit 3", [made(.text("x")) { $0.first |= 0x10 }], 1_002),
            ("no mask", [made(.text("x")) { $0.isMasked = false }], 1_002),
            ("reserved opcode 3", [ClientFrame(0x3)], 1_002),
            ("reserved opcode B", [ClientFrame(0xB)], 1_002),
            ("fragmented ping", [ClientFrame(0x9, [], isFinal: false)], 1_002),
            ("ping of 126", [ClientFrame(0x9, [UInt8](repeating: 1, count: 126))], 1_002),
            ("close of 126", [ClientFrame(0x8, [3, 232] + [UInt8](repeating: 65, count: 124))], 1_002),
            ("continues nothing", [ClientFrame(0x0, [1])], 1_002),
            ("continues what is whole", [.text("x"), ClientFrame(0x0, [1])], 1_002),
            ("text inside text", [.text("x", isFinal: false), .text("y")], 1_002),
            ("binary inside text", [.text("x", isFinal: false), ClientFrame(0x2)], 1_002),
            ("negative length", [made(ClientFrame(0x2)) { $0.claimedLength = 1 << 63 }], 1_002),
            ("largest length", [made(ClientFrame(0x2)) { $0.claimedLength = .max >> 1 }], 1_009),
            ("one byte too much", [ClientFrame(0x2, [UInt8](repeating: 0, count: 1_001))], 1_009),
            (
                "too much in fragments",
                [
                    ClientFrame(0x2, [UInt8](repeating: 0, count: 600), isFinal: false),
                    ClientFrame(0x0, [UInt8](repeating: 0, count: 401)),
                ],
                1_009
            ),
            ("not UTF-8", [ClientFrame(0x1, [0xFF])], 1_007),
            ("a surrogate", [ClientFrame(0x1, [0xED, 0xA0, 0x80])], 1_007),
            ("half a character", [ClientFrame(0x1, [0xE0, 0xB8])], 1_007),
            (
                "half a character in two fragments",
                [ClientFrame(0x1, [0xE0], isFinal: false), ClientFrame(0x0, [0xB8])], 1_007
            ),
            (
                "bad in the second fragment",
                [ClientFrame(0x1, [0xE0], isFinal: false), ClientFrame(0x0, [0x80, 0x80])], 1_007
            ),
            ("close with one byte", [ClientFrame(0x8, [3])], 1_002),
            ("close with bad reason", [.close(1_000, [0xFF])], 1_007),
            ("close with half a character", [.close(1_000, [0xE0, 0xB8])], 1_007),
        ]
    }()

    @Test("violations", arguments: violations.indices)
    func violation(index: Int) {
        let (name, frames, code) = Self.violations[index]
        let heard = ParserRun.heard(frames, limit: 1_000)
        #expect(heard.last == .violation(code), "\(name)")
        let byByte = ParserRun.heard(frames.flatMap(\.bytes), pieces: { 1 }, limit: 1_000)
        #expect(byByte == heard, "\(name)")
    }

    @Test("close codes")
    func closeCodes() {
        let good = [1_000, 1_001, 1_002, 1_003, 1_007, 1_008, 1_011, 1_012, 1_013, 1_014, 3_000, 4_999]
        let bad = [0, 999, 1_004, 1_005, 1_006, 1_015, 1_016, 1_999, 2_000, 2_999, 5_000, 65_535]
        for code in good { #expect(ParserRun.heard([.close(UInt16(code))]) == [.close(UInt16(code))]) }
        for code in bad { #expect(ParserRun.heard([.close(UInt16(code))]) == [.violation(1_002)]) }
        #expect(ParserRun.heard([ClientFrame(0x8)]) == [.close(nil)])
    }

    @Test("a character cut by fragments and control frames is whole")
    func splitCharacters() {
        let text = Array("ก😀é".utf8)
        for first in 0...text.count {
            for second in first...text.count {
                let frames = [
                    ClientFrame(0x1, Array(text[..<first]), isFinal: false), ClientFrame(0x9, [0xFF]),
                    ClientFrame(0x0, Array(text[first..<second]), isFinal: false), ClientFrame(0xA, [0xC3]),
                    ClientFrame(0x0, Array(text[second...])),
                ]
                #expect(ParserRun.heard(frames) == [.ping([0xFF]), .pong, .text("ก😀é")])
            }
        }
    }
}
