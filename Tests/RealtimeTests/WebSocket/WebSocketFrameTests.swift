import NIOCore
import Testing

@testable import Realtime

@Suite("WebSocket frames to clients")
struct WebSocketFrameTests {
    @Test(
        "heads",
        arguments: [
            (0, [0x82, 0]), (1, [0x82, 1]), (125, [0x82, 125]), (126, [0x82, 126, 0, 126]),
            (65_535, [0x82, 126, 255, 255]),
            (65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]), (70_000, [0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]),
        ] as [(Int, [UInt8])])
    func head(length: Int, head: [UInt8]) {
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        #expect(Array(buffer: WebSocketFrame.binary(payload)) == head + payload)
    }

    @Test func kinds() {
        #expect(Array(buffer: WebSocketFrame.text(Array("hi".utf8))) == [0x81, 2, 0x68, 0x69])
        #expect(Array(buffer: WebSocketFrame.ping()) == [0x89, 0])
        #expect(Array(buffer: WebSocketFrame.pong(ByteBuffer(bytes: [1, 2]))) == [0x8A, 2, 1, 2])
        #expect(Array(buffer: WebSocketFrame.close(.goingAway)) == [0x88, 2, 3, 0xE9])
        #expect(Array(buffer: WebSocketFrame.close(.normal, reason: "bye")) == [0x88, 5, 3, 0xE8, 0x62, 0x79, 0x65])
    }

    @Test("a long reason still fits into a control frame")
    func longReason() {
        let frame = Array(buffer: WebSocketFrame.close(.policyViolation, reason: String(repeating: "x", count: 500)))
        #expect(frame.count == 127 && frame[1] == 125)
    }
}
