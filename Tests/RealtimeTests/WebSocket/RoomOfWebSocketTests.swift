import NIOCore
import NIOEmbedded
import Testing

@testable import Realtime

@Suite("A WebSocket gives its room back, however it ends")
struct RoomOfWebSocketTests {
    static let limit = 200_000
    static let large = ClientFrame(0x2, [UInt8](repeating: 0, count: 150_000))
    static let start = Array(large.bytes.prefix(1_000))

    enum Ending: CaseIterable {
        case whole, wholeAndClosed, brokenInside, violationInside, closedByUsInside, stoppedInside, grantedTooLate
        case finishedAfterTheEnd, controlFrameWhileClosing
    }

    @Test(arguments: Ending.allCases)
    func held(ending: Ending) throws {
        let room = MessageRoom(limit: Self.limit)
        let bench = try SocketBench(room: room)
        switch ending {
        case .whole:
            try bench.receive(Self.large)
            #expect(bench.owner.heard.last == "binary:150000")
        case .wholeAndClosed:
            try bench.receive(Self.large, .close(1_000))
            try bench.receive([])
        case .brokenInside:
            try bench.receive(Self.start)
            #expect(room.freeBytes == 50_000)
            try bench.channel.close().wait()
        case .violationInside:
            var text = ClientFrame(0x1, [UInt8](repeating: 0x61, count: 150_000))
            text.payload[2_000] = 0xFF
            try bench.receive(Array(text.bytes.prefix(1_000)))
            #expect(room.freeBytes == 50_000)
            try bench.receive(Array(text.bytes[1_000..<5_000]))
        case .closedByUsInside:
            try bench.receive(Self.start)
            bench.socket.close(.normal)
            bench.pass(.seconds(5))
        case .stoppedInside:
            try bench.receive(Self.start)
            bench.socket.stop()
            try bench.receive(Array(Self.large.bytes.dropFirst(1_000)))
            #expect(bench.owner.count("binary:150000") == 0)
        case .grantedTooLate:
            try bench.channel.writeInbound(ByteBuffer(bytes: Self.start))
            // Room is granted on the next turn of the event loop; the connection breaks in this one.
            #expect(room.freeBytes == 50_000)
            bench.channel.pipeline.fireChannelInactive()
            bench.loop.run()
        case .finishedAfterTheEnd:
            bench.owner.finishesAtOnce = false
            try bench.receive(Self.large)
            try bench.channel.close().wait()
            #expect(room.freeBytes == 50_000, "the owner works on it still")
            bench.owner.finishOne(bench.socket)
        case .controlFrameWhileClosing:
            bench.socket.close(.normal)
            try bench.receive(Self.large, .close(1_000))
            try bench.receive([])
        }
        #expect(room.freeBytes == Self.limit)
        _ = try? bench.channel.finish()
        #expect(room.freeBytes == Self.limit)
    }

    @Test("one waits for the other, in order, and is not read from meanwhile")
    func waiting() throws {
        let room = MessageRoom(limit: Self.limit)
        let loop = EmbeddedEventLoop()
        let first = try SocketBench(room: room, loop: loop)
        let second = try SocketBench(room: room, loop: loop)
        try first.receive(Self.start)
        try second.receive(Self.large)
        second.channel.read()
        #expect(second.reads.count == 0 && second.owner.heard == ["opened"])
        loop.advanceTime(by: .seconds(10))
        #expect(second.owner.progress == 10, "waiting is a sign of life")
        second.socket.close(.normal)
        second.channel.read()
        #expect(second.reads.count == 0, "nothing piles up while it closes")
        try first.receive(Array(Self.large.bytes.dropFirst(1_000)))
        #expect(first.owner.heard.last == "binary:150000")
        loop.advanceTime(by: .seconds(1))
        #expect(second.owner.progress == 10)
        #expect(room.freeBytes == Self.limit && second.reads.count == 1)
        _ = try? first.channel.finish()
        _ = try? second.channel.finish()
        #expect(room.freeBytes == Self.limit)
    }

    @Test("whoever is gone waits no longer")
    func withdrawn() throws {
        let room = MessageRoom(limit: Self.limit)
        let loop = EmbeddedEventLoop()
        let benches = try (0..<3).map { _ in try SocketBench(room: room, loop: loop) }
        try benches[0].receive(Self.start)
        try benches[1].receive(Self.large)
        try benches[2].receive(Self.large)
        try benches[1].channel.close().wait()
        try benches[0].channel.close().wait()
        loop.run()
        #expect(benches[2].owner.heard == ["opened", "binary:150000"])
        #expect(room.freeBytes == Self.limit)
    }
}
