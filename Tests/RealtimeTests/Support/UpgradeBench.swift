import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import Realtime

/// A connection with the whole pipeline of the HTTP server, without a socket.
final class UpgradeBench: Sendable {
    let channel = NIOAsyncTestingChannel()
    /// What goes out, with bytes that are no ASCII as dots.
    let wire = Journal()
    /// What the WebSocket and the door say.
    let journal = Journal()
    private let served: Task<Void, Never>

    init(
        _ decide: @escaping @Sendable (UpgradeRequest) async throws(UpgradeRefusal) -> Decision = { _ in .accept },
        respond: @escaping @Sendable (Request) async -> Void = { _ in }
    ) async throws {
        let journal = journal
        let wire = wire
        let channel = channel
        let door = FakeDoor { request async throws(UpgradeRefusal) in
            switch try await decide(request) {
            case .pass: nil
            case .accept:
                AcceptedUpgrade(messageLimit: 1_000_000, room: MessageRoom()) { _ in
                    JournalOwner(journal)
                } abandon: {
                    journal.note("[abandoned]")
                }
            }
        }
        let live = LiveHTTPChannel(
            responder: { request, writer, _ in
                await respond(request)
                let head = request.head
                journal.note(
                    "[\(head.path ?? "") \(head.headerFields[.connection] ?? "-") \(head.headerFields[.upgrade] ?? "-")]"
                )
                try await writer.writeResponse(HTTPResponse(status: .ok, headerFields: [.server: "\(head.path ?? "")"]))
            }, configuration: LiveHTTPChannel.Configuration(idleTimeout: .seconds(60)), door: door)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await channel.connect(to: SocketAddress(ipAddress: "192.0.2.9", port: 1_234)).get()
        let value = try await channel.eventLoop.flatSubmit {
            live.setup(channel: channel, logger: logger).flatMapThrowing { value in
                try channel.pipeline.syncOperations.addHandler(WireLog(wire), position: .first)
                return value
            }
        }.get()
        served = Task { await live.handle(value: value, logger: logger) }
    }

    enum Decision: Sendable { case accept, pass }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeInbound(ByteBuffer(bytes: bytes))
        await channel.testingEventLoop.run()
    }

    /// Ends the connection and waits until nobody works on it any more.
    func close() async throws {
        try? await channel.close().get()
        await channel.testingEventLoop.run()
        await served.value
    }

    static func request(
        _ path: String = "/ws", method: String = "GET", version: String = "13",
        key: String = "dGhlIHNhbXBsZSBub25jZQ==",
        more: String = ""
    ) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: box\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: \(version)\r\nSec-WebSocket-Key: \(key)\r\n\(more)\r\n"
    }
}

struct FakeDoor: UpgradeDoor {
    let body: @Sendable (UpgradeRequest) async throws(UpgradeRefusal) -> AcceptedUpgrade?

    func decide(_ request: UpgradeRequest) async throws(UpgradeRefusal) -> AcceptedUpgrade? { try await body(request) }
}

/// Notes everything that goes out.
private final class WireLog: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData
    private let wire: Journal

    init(_ wire: Journal) { self.wire = wire }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .byteBuffer(let bytes) = unwrapOutboundIn(data) {
            wire.note(
                String(decoding: bytes.readableBytesView.map { $0 < 0x80 ? $0 : UInt8(ascii: ".") }, as: UTF8.self))
        }
        context.write(data, promise: promise)
    }
}

private final class JournalOwner: WebSocketOwner {
    private let journal: Journal

    init(_ journal: Journal) { self.journal = journal }

    func webSocketOpened(_ socket: WebSocketHandler) { journal.note("[opened]") }
    func webSocketIsWritable(_ socket: WebSocketHandler) {}
    func webSocketWillStop(_ socket: WebSocketHandler) { journal.note("[stop]") }
    func webSocketClosed(_ socket: WebSocketHandler) { journal.note("[closed]") }

    func webSocket(_ socket: WebSocketHandler, received message: WebSocketMessage) {
        if case .text(let text) = message.content { journal.note("[text \(String(buffer: text))]") }
        socket.finished(heldBytes: message.heldBytes)
    }
}
