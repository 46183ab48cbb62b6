import NIOCore
import NIOEmbedded
import Testing

@testable import Realtime

@Suite("One WebSocket")
struct WebSocketHandlerTests {
    @Test("reads no further than 32 messages that nobody has dealt with")
    func messagesUnderWay() throws {
        let bench = try SocketBench()
        bench.owner.finishesAtOnce = false
        try bench.receive((0..<40).flatMap { ClientFrame.text("\($0)").bytes })
        #expect(bench.owner.held.count == 32)
        bench.channel.read()
        #expect(bench.reads.count == 0)
        for _ in 0..<8 { bench.owner.finishOne(bench.socket) }
        #expect(bench.owner.held.count == 32 && bench.reads.count == 0)
        bench.owner.finishOne(bench.socket)
        #expect(bench.reads.count == 1, "goes on reading, once")
        while !bench.owner.held.isEmpty { bench.owner.finishOne(bench.socket) }
        #expect(bench.owner.heard == ["opened"] + (0..<40).map { "text:\($0)" })
        #expect(bench.reads.count == 1)
    }

    @Test("reads nothing from a client that does not read")
    func unwritable() throws {
        let bench = try SocketBench()
        bench.setWritable(false)
        bench.channel.read()
        #expect(bench.reads.count == 0)
        try bench.receive(ClientFrame(0x9, [1]))
        #expect(try bench.sent().isEmpty, "a flood of pings is not answered")
        bench.setWritable(true)
        #expect(bench.reads.count == 1 && bench.owner.heard == ["opened", "writable"])
        try bench.receive(ClientFrame(0x9, [1]))
        #expect(try bench.sent() == [[0x8A, 1, 1]])
    }

    @Test("the client closes")
    func closedByClient() throws {
        let bench = try SocketBench()
        try bench.receive(.text("a"), .close(3_000), .text("b"))
        #expect(try bench.sent().map { closeCode($0) } == [3_000])
        #expect(bench.owner.heard == ["opened", "text:a", "closed"] && !bench.channel.isActive)
        bench.socket.write(WebSocketFrame.ping())
        bench.socket.close(.normal)
        bench.socket.stop()
        #expect(bench.owner.heard == ["opened", "text:a", "closed"])
    }

    @Test("we close, and the client answers")
    func closedByUs() throws {
        let bench = try SocketBench()
        bench.socket.close(.policyViolation, reason: "no")
        bench.socket.close(.normal)
        bench.socket.write(WebSocketFrame.ping())
        bench.socket.flush()
        #expect(try bench.sent().map { closeCode($0) } == [1_008])
        #expect(bench.channel.isActive && !bench.socket.isOpen)
        try bench.receive(.text("too late"), .close(1_008))
        #expect(try bench.sent().isEmpty)
        #expect(bench.owner.heard == ["opened", "closed"] && !bench.channel.isActive)
    }

    @Test("we close, and the client says nothing", arguments: [(false, 5), (true, 1)])
    func closedWithoutAnswer(isStop: Bool, seconds: Int64) throws {
        let bench = try SocketBench()
        if isStop {
            bench.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        } else {
            bench.socket.close(.normal)
        }
        #expect(try bench.sent().map { closeCode($0) } == [isStop ? 1_001 : 1_000])
        bench.pass(.milliseconds(seconds * 1_000 - 1))
        #expect(bench.channel.isActive)
        bench.pass(.milliseconds(1))
        #expect(!bench.channel.isActive)
        #expect(bench.owner.heard == (isStop ? ["opened", "stop", "closed"] : ["opened", "closed"]))
    }

    @Test(
        "a violation: closes with its code, and hears nothing more",
        arguments: [
            (ClientFrame(0x3), 1_002), (ClientFrame(0x1, [0xFF]), 1_007),
            (ClientFrame(0x2, [UInt8](repeating: 0, count: 1_001)), 1_009),
        ])
    func violation(frame: ClientFrame, code: Int) throws {
        let bench = try SocketBench(limit: 1_000)
        try bench.receive(.text("a"), frame, .text("b"))
        try bench.receive(.text("c"), .close(1_000))
        #expect(try bench.sent().map { closeCode($0) } == [code])
        #expect(bench.owner.heard == ["opened", "text:a"])
        bench.channel.read()
        #expect(bench.reads.count == 1, "what still comes is read and thrown away")
        bench.pass(.seconds(5))
        #expect(bench.owner.heard == ["opened", "text:a", "closed"] && !bench.channel.isActive)
    }

    @Test("half a connection is none")
    func inputClosed() throws {
        let bench = try SocketBench()
        bench.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!bench.channel.isActive && bench.owner.count("closed") == 1)
    }

    @Test("what is finished after the end does no harm")
    func finishedLate() throws {
        let bench = try SocketBench()
        bench.owner.finishesAtOnce = false
        try bench.receive(.text("a"), .text("b"))
        try bench.channel.close().wait()
        bench.owner.finishOne(bench.socket)
        bench.owner.finishOne(bench.socket)
        #expect(bench.owner.heard == ["opened", "text:a", "text:b", "closed"])
    }
}
