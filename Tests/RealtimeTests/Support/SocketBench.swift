import NIOCore
import NIOEmbedded

@testable import Realtime

/// Notes what a WebSocket tells its owner.
final class NotingOwner: WebSocketOwner {
    var heard: [String] = []
    var held: [Int] = []
    var finishesAtOnce = true
    var progress = 0

    func webSocketOpened(_ socket: WebSocketHandler) { heard.append("opened") }

    func webSocket(_ socket: WebSocketHandler, received message: WebSocketMessage) {
        switch message.content {
        case .text(let text): heard.append("text:\(text.readableBytes <= 20 ? String(buffer: text) : "long")")
        case .binary(let bytes): heard.append("binary:\(bytes.readableBytes)")
        }
        if finishesAtOnce { socket.finished(heldBytes: message.heldBytes) } else { held.append(message.heldBytes) }
    }

    func webSocketMadeProgress(_ socket: WebSocketHandler) { progress += 1 }
    func webSocketIsWritable(_ socket: WebSocketHandler) { heard.append("writable") }
    func webSocketWillStop(_ socket: WebSocketHandler) { heard.append("stop") }
    func webSocketClosed(_ socket: WebSocketHandler) { heard.append("closed") }

    /// Deals with the oldest message.
    func finishOne(_ socket: WebSocketHandler) { socket.finished(heldBytes: held.removeFirst()) }

    func count(_ word: String) -> Int { heard.count { $0 == word } }
}

/// Counts how often the channel is read from.
final class ReadCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var count = 0

    func read(context: ChannelHandlerContext) {
        count += 1
        context.read()
    }
}

/// One WebSocket on a channel without a socket.
struct SocketBench {
    let channel: EmbeddedChannel
    let owner = NotingOwner()
    let room: MessageRoom
    let socket: WebSocketHandler
    let reads = ReadCounter()

    init(limit: Int = 1_000_000, room: MessageRoom = MessageRoom(limit: 1_000_000), loop: EmbeddedEventLoop? = nil)
        throws
    {
        channel = EmbeddedChannel(loop: loop ?? EmbeddedEventLoop())
        self.room = room
        socket = WebSocketHandler(owner: owner, messageLimit: limit, room: room)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        try channel.pipeline.syncOperations.addHandlers([reads, socket])
    }

    var loop: EmbeddedEventLoop { channel.embeddedEventLoop }

    func receive(_ frames: ClientFrame...) throws { try receive(frames.flatMap(\.bytes)) }

    func receive(_ bytes: [UInt8]) throws {
        try channel.writeInbound(ByteBuffer(bytes: bytes))
        loop.run()
    }

    /// All frames that were sent since the last time.
    func sent() throws -> [[UInt8]] {
        var frames: [[UInt8]] = []
        while let frame = try channel.readOutbound(as: ByteBuffer.self) { frames.append(Array(buffer: frame)) }
        return frames
    }

    func setWritable(_ isWritable: Bool) {
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
    }

    func pass(_ time: TimeAmount) { loop.advanceTime(by: time) }
}

/// The head and code of a close frame without its reason.
func closeCode(_ frame: [UInt8]?) -> Int? {
    guard let frame, frame.count >= 4, frame[0] == 0x88 else { return nil }
    return Int(frame[2]) << 8 | Int(frame[3])
}
