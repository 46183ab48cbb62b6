import NIOCore
import Testing

@testable import Realtime

@Suite("Large messages ask for room")
struct LargeMessageTests {
    static let small = WebSocketParser.smallMessage

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    @Test func onlyLargeOnes() {
        #expect(ParserRun.heard([ClientFrame(0x2, Self.zeros(Self.small))]) == [.binary(Self.zeros(Self.small))])
        let large = Self.zeros(Self.small + 1)
        #expect(ParserRun.heard([ClientFrame(0x2, large)]) == [.needsRoom(large.count), .binary(large)])
    }

    @Test("once for each message, however it comes")
    func once() {
        let half = Self.zeros(Self.small)
        let frames = [
            ClientFrame(0x2, half, isFinal: false), ClientFrame(0x0, half, isFinal: false), ClientFrame(0x9),
            ClientFrame(0x0, half), ClientFrame(0x2, half + [1]),
        ]
        let expected: [Heard] = [
            .needsRoom(1_000_000), .ping([]), .binary(half + half + half), .needsRoom(half.count + 1),
            .binary(half + [1]),
        ]
        #expect(ParserRun.heard(frames) == expected)
        #expect(ParserRun.heard(frames.flatMap(\.bytes), pieces: { 1_013 }) == expected)
    }

    @Test("the last fragment says how large the message is")
    func lastFragment() {
        let frames = [ClientFrame(0x2, Self.zeros(10), isFinal: false), ClientFrame(0x0, Self.zeros(Self.small))]
        #expect(ParserRun.heard(frames).first == .needsRoom(Self.small + 10))
    }

    @Test("nothing of it is read before there is room")
    func waits() throws {
        var parser = WebSocketParser(messageLimit: 1_000_000)
        var input = ClientFrame(0x2, Self.zeros(70_000)).buffer
        guard case .needsRoom(70_000)? = try parser.next(&input) else { return #expect(Bool(false)) }
        #expect(try parser.next(&input) == nil)
        #expect(parser.assembledBytes == 0 && input.readableBytes == 70_000)
        parser.grantRoom()
        guard case .binary(let bytes)? = try parser.next(&input) else { return #expect(Bool(false)) }
        #expect(bytes.readableBytes == 70_000 && input.readableBytes == 0)
    }

    @Test("the limit is checked before room is asked for")
    func limit() {
        #expect(ParserRun.heard([ClientFrame(0x2, Self.zeros(70_001))], limit: 70_000) == [.violation(1_009)])
        #expect(ParserRun.heard([ClientFrame(0x2, Self.zeros(70_000))], limit: 70_000).count == 2)
    }
}
