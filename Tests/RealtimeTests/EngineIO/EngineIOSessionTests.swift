import Domain
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Synchronization
import Testing

@testable import Realtime

/// A session on an event loop that goes on when the test says so.
private struct SessionBench {
    let loop = EmbeddedEventLoop()
    let session: EngineIOSession
    let ended = Ended()

    final class Ended: Sendable {
        private let reasons = Mutex<[EngineIOEnd]>([])
        func note(_ reason: EngineIOEnd) { reasons.withLock { $0.append(reason) } }
        var all: [EngineIOEnd] { reasons.withLock { $0 } }
    }

    init(_ version: EngineIOVersion = .four, socket: WebSocketLink? = nil) {
        session = EngineIOSession(
            id: "s", version: version, visitor: Visitor(address: "192.0.2.1", principal: nil), eventLoop: loop,
            settings: LiveSettings(), socket: socket
        ) { [ended] _, reason in ended.note(reason) }
    }

    func webSocket() throws -> (bench: SocketBench, link: WebSocketLink) {
        let bench = try SocketBench(loop: loop)
        return (bench, WebSocketLink(bench.socket, eventLoop: loop))
    }

    /// The answer of a future that is complete; nil when it is not.
    func result<Value: Sendable>(_ future: EventLoopFuture<Value>) -> Value? {
        let box = Mutex<Value?>(nil)
        future.whenSuccess { value in box.withLock { $0 = value } }
        return box.withLock { $0 }
    }
}

private final class Counter: Sendable {
    let value = Atomic(0)
}

@Suite("A session and its transports")
struct EngineIOSessionTests {
    private static let probe = EngineIOPacket.ping(EngineIOPacket.probe)

    private static func message(_ text: String) -> EngineIOPacket { .message(ByteBuffer(string: text)) }

    @Test("whoever waits to send is told when the WebSocket has taken over")
    func upgradeWakes() throws {
        let bench = SessionBench()
        let (socket, link) = try bench.webSocket()
        var told = 0
        bench.session.whenReady = { told += 1 }
        bench.session.begin()
        bench.session.probeOpened(link)
        bench.session.received(Self.probe, from: link) {}
        #expect(!bench.session.isReady && told == 0)
        bench.session.received(.upgrade, from: link) {}
        #expect(bench.session.isReady && told == 1)
        bench.session.send([Self.message("a")])
        #expect(try socket.sent() == [[0x81, 6] + Array("3probe".utf8), [0x81, 2] + Array("4a".utf8)])
        bench.session.close()
        _ = try? socket.channel.finish()
    }

    @Test("whoever waits to send is told when polling goes on", arguments: [false, true])
    func lostProbeWakes(isTimeout: Bool) throws {
        let bench = SessionBench()
        let (socket, link) = try bench.webSocket()
        var told = 0
        bench.session.begin()
        bench.session.probeOpened(link)
        bench.session.received(Self.probe, from: link) {}
        bench.session.whenReady = { told += 1 }
        if isTimeout {
            bench.loop.advanceTime(by: .milliseconds(9_990))
        }
        let poll = bench.session.polled()
        told = 0
        #expect(!bench.session.isReady)
        if isTimeout { bench.loop.advanceTime(by: .milliseconds(10)) } else { bench.session.closed(link) }
        #expect(bench.session.isReady && told == 1)
        bench.session.send([Self.message("a")])
        #expect(bench.result(poll) == .some([Self.message("a")]))
        #expect(bench.session.isUpgradable)
        bench.session.close()
        _ = try? socket.channel.finish()
    }

    @Test("the handshake is the first packet of a WebSocket")
    func handshakeFirst() throws {
        let loopOwner = SessionBench()
        let (socket, link) = try loopOwner.webSocket()
        let session = EngineIOSession(
            id: "s", version: .three, visitor: Visitor(address: "192.0.2.1", principal: nil), eventLoop: loopOwner.loop,
            settings: LiveSettings(), socket: link
        ) { _, _ in }
        var told = 0
        session.whenReady = { told += 1 }
        session.begin()
        session.send([Self.message("0")])
        #expect(!session.isReady)
        #expect(try socket.sent().isEmpty)
        loopOwner.loop.advanceTime(by: .milliseconds(2))
        let sent = try socket.sent().map {
            String(decoding: $0.drop { $0 != UInt8(ascii: "0") && $0 != UInt8(ascii: "4") }, as: UTF8.self)
        }
        #expect(sent.count == 2 && sent[0].hasPrefix("0{\"sid\":\"s\",\"upgrades\":[],") && sent[1] == "40")
        #expect(session.isReady && told == 1)
        session.close()
        _ = try? socket.channel.finish()
    }

    @Test("only one at a time wants to take over")
    func secondProbe() throws {
        let bench = SessionBench()
        let (first, link) = try bench.webSocket()
        let (second, other) = try bench.webSocket()
        bench.session.begin()
        bench.session.probeOpened(link)
        bench.session.probeOpened(other)
        #expect(try second.sent().map { closeCode($0) } == [1_000])
        #expect(try first.sent().isEmpty)
        let done = Counter()
        for packet in [Self.message("x"), Self.probe] {
            bench.session.received(packet, from: other) { done.value.add(1, ordering: .relaxed) }
        }
        #expect(done.value.load(ordering: .relaxed) == 2)
        bench.session.received(Self.probe, from: link) {}
        #expect(try first.sent().count == 1)
        bench.session.close()
        _ = try? first.channel.finish()
        _ = try? second.channel.finish()
    }

    @Test("a POST is answered once its messages are dealt with, or after a while")
    func posts() throws {
        let bench = SessionBench()
        bench.session.begin()
        let first = bench.session.posted([Self.message("a"), Self.message("b")])
        #expect(bench.result(first) == nil && bench.session.undelivered == 2)
        bench.session.postMessageIsDone(1)
        #expect(bench.result(first) == nil)
        bench.session.postMessageIsDone(1)
        #expect(bench.result(first) == true)
        let second = bench.session.posted([Self.message("c")])
        bench.loop.advanceTime(by: .seconds(3))
        #expect(bench.result(second) == true)
        let large = bench.session.posted([Self.message(String(repeating: "x", count: 300_000))])
        bench.loop.advanceTime(by: .seconds(10))
        #expect(bench.result(large) == nil, "its bytes count until they are dealt with")
        bench.session.postMessageIsDone(1)
        bench.session.postMessageIsDone(300_000)
        #expect(bench.result(large) == true && bench.session.undeliveredBytes == 0)
        let third = bench.session.posted((0..<40).map { Self.message("\($0)") })
        bench.loop.advanceTime(by: .seconds(3))
        #expect(bench.result(third) == nil, "too much is under way")
        for _ in 0..<40 { bench.session.postMessageIsDone(1) }
        #expect(bench.result(third) == true && bench.session.undelivered == 0)
        #expect(bench.result(bench.session.posted([.noop])) == true)
        #expect(bench.result(bench.session.posted(nil)) == false)
        #expect(bench.ended.all == [.violation])
    }

    @Test(
        "an end answers all that waits, and is told once",
        arguments: [
            EngineIOEnd.closedByServer, .closedByClient, .pingTimeout, .violation,
        ])
    func ends(reason: EngineIOEnd) throws {
        let bench = SessionBench()
        let (socket, link) = try bench.webSocket()
        bench.session.begin()
        let poll = bench.session.polled()
        let post = bench.session.posted([Self.message("a")])
        bench.session.probeOpened(link)
        switch reason {
        case .closedByServer: bench.session.close()
        case .closedByClient: #expect(bench.result(bench.session.posted([.close])) == true)
        case .pingTimeout: bench.session.perform(bench.session.state.deadlinePassed())
        default: #expect(bench.result(bench.session.polled()) == .some(nil))
        }
        #expect(bench.result(poll) != nil && bench.result(post) == true)
        #expect(try socket.sent().map { closeCode($0) } == [1_000])
        bench.session.close()
        bench.session.closed(link)
        bench.session.stop()
        bench.loop.advanceTime(by: .seconds(100))
        #expect(bench.ended.all == [reason])
        _ = try? socket.channel.finish()
    }

    @Test("a client without a sign of life is let go, one that sends a body is not")
    func heartbeat() throws {
        let bench = SessionBench()
        bench.session.begin()
        let poll = bench.session.polled()
        bench.loop.advanceTime(by: .seconds(25))
        #expect(bench.result(poll) == .some([.ping]))
        bench.session.postBegan()
        bench.loop.advanceTime(by: .seconds(10))
        #expect(bench.ended.all.isEmpty)
        bench.session.postEnded()
        bench.session.lastProgress = .distantPast
        bench.loop.advanceTime(by: .seconds(21))
        #expect(bench.ended.all == [.pingTimeout])
    }

    @Test("a session takes one place and gives it back once")
    func places() throws {
        let loop = EmbeddedEventLoop()
        let places = LivePlaces(limit: 2)
        let server = EngineIOServer(
            path: "/x/", settings: LiveSettings(), gate: ClosedGate(), places: places, room: MessageRoom(),
            eventLoopGroup: loop
        ) { _ in }
        let visitor = Visitor(address: "192.0.2.1", principal: nil)
        let first = try server.openByPolling(.four, visitor)
        let second = try server.openByPolling(.four, visitor)
        #expect(throws: EngineIORefusal.self) { try server.openByPolling(.four, visitor) }
        #expect(places.count == 2 && server.sessionCount == 2)
        first.close()
        first.close()
        #expect(places.count == 1 && server.sessionCount == 1)
        _ = second.posted([.close])
        #expect(places.count == 0 && server.sessionCount == 1, "its GET may still come")
        loop.advanceTime(by: .seconds(1))
        #expect(server.sessionCount == 0)
        let third = try server.openByPolling(.four, visitor)
        server.stop()
        #expect(places.count == 0 && third.state.isClosed)
        #expect(throws: EngineIORefusal.self) { try server.openByPolling(.four, visitor) }
    }
}

private struct ClosedGate: LiveGate {
    let isTLS = false
    let proxies = TrustedProxies()

    func admit(_ caller: Caller, isSocketIO: Bool) async throws(UpgradeRefusal) -> Visitor {
        throw UpgradeRefusal(.forbidden, code: "forbidden", "no")
    }
}
