import Domain
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import Realtime

/// A session at a Socket.IO server; the client's packets go straight into it.
private final class ServedSession: Sendable {
    let loop = NIOAsyncTestingEventLoop()
    let journal = Journal()
    let echo: EchoNamespace
    let session: EngineIOSession
    /// Messages that were dealt with.
    let done = Journal()
    private let served: Task<Void, Never>

    init(_ version: EngineIOVersion = .four, maxPayload: Int = 1_000) async throws {
        echo = EchoNamespace(journal: journal)
        var settings = LiveSettings()
        settings.maxPayload = maxPayload
        let session = EngineIOSession(
            id: "s", version: version, visitor: Visitor(address: "192.0.2.1", principal: nil), eventLoop: loop,
            settings: settings, socket: nil
        ) { _, _ in }
        self.session = session
        let server = SocketIOServer(
            namespaces: ["/": echo, "/no": EchoNamespace(journal: journal, refusal: "not you")],
            connectTimeout: .seconds(45))
        served = Task {
            await server.handle(session)
            session.close()
        }
    }

    func send(_ text: String) { deliver(.message(ByteBuffer(string: text))) }

    func send(_ bytes: [UInt8]) { deliver(.binary(ByteBuffer(bytes: bytes))) }

    private func deliver(_ packet: EngineIOPacket) {
        if let message = EngineIOMessage(packet, done: { [done] in done.note(".") }) { session.inbox.yield(message) }
    }

    /// The packets that wait for the client.
    func fetch() async throws -> [String] {
        let packets = try await loop.flatSubmit { [session] in session.polled() }.get() ?? []
        return packets.map { packet in
            switch packet {
            case .binary(let bytes): return "b\(bytes.readableBytes)"
            default:
                var text = ByteBuffer()
                packet.writeText(to: &text, version: .four)
                return String(buffer: text)
            }
        }
    }

    func end() async {
        session.close()
        await served.value
    }

    func finished() async { await served.value }

    var doneCount: Int { done.text.count }
}

@Suite("A server of Socket.IO", .timeLimit(.minutes(45)))
struct SocketIOServerTests {
    @Test("connects, answers, disconnects, and is done with every message once")
    func conversation() async throws {
        let client = try await ServedSession()
        client.send("0{\"token\":\"x\"}")
        let hello = try await client.fetch()
        #expect(hello.count == 1 && hello[0].hasPrefix("40{\"sid\":\""))
        client.send("2[\"hi\",1]")
        #expect(try await client.fetch() == ["42[\"hi\",1]"])
        client.send("27[\"ack\"]")
        #expect(try await client.fetch() == ["437[\"ack\"]"])
        client.send("51-[\"pic\",{\"_placeholder\":true,\"num\":0}]")
        client.send([1, 2, 3])
        #expect(try await client.fetch() == ["451-[\"pic\",{\"_placeholder\":true,\"num\":0}]", "b3"])
        client.send("0/no,")
        #expect(try await client.fetch() == ["44/no,{\"message\":\"not you\"}"])
        client.send("0/else,")
        #expect(try await client.fetch() == ["44/else,{\"message\":\"Invalid namespace\"}"])
        client.send("1")
        await client.journal.wait(for: "[disconnected /]")
        await client.end()
        #expect(client.journal.text == "[connect {\"token\":\"x\"}][hi 0][ack 0][pic 1][disconnected /]")
        #expect(client.doneCount == 8)
    }

    @Test("the version before is connected without asking")
    func oldClient() async throws {
        let client = try await ServedSession(.three)
        #expect(try await client.fetch() == ["40"])
        client.send("0/no,")
        #expect(try await client.fetch() == ["44/no,\"not you\""])
        await client.end()
        #expect(client.journal.text == "[connect {}][disconnected /]")
    }

    @Test(
        "a client that breaks the protocol is let go",
        arguments: [
            ["x"], ["2"], ["4{}"], ["0[1]"], ["0", "2[1]"], ["0", "2{}"], ["0", "2[\"a\""],
            ["0", "51-[\"a\"]", "2[\"b\"]"],
            ["0", "50-[\"a\",{\"_placeholder\":true,\"num\":0}]"],
        ])
    func violation(packets: [String]) async throws {
        let client = try await ServedSession()
        for packet in packets { client.send(packet) }
        await client.finished()
        #expect(client.doneCount == packets.count)
        #expect(client.session.state.isClosed)
        #expect(client.journal.count("[connect") == client.journal.count("[disconnected"))
    }

    @Test("attachments of one packet are bounded together, and none is kept for nobody")
    func attachments() async throws {
        let client = try await ServedSession(maxPayload: 1_000)
        client.send("532-[\"a\"]")
        for _ in 0..<32 { client.send([UInt8](repeating: 0, count: 900)) }
        client.send("0")
        #expect(try await client.fetch().count == 1)
        await client.done.wait(for: String(repeating: ".", count: 34))
        client.send("53-[\"a\"]")
        client.send([UInt8](repeating: 0, count: 600))
        client.send([UInt8](repeating: 0, count: 600))
        await client.finished()
        #expect(client.doneCount == 37 && client.session.state.isClosed)
    }

    @Test("eight pieces of work go on at once; what is begun is finished, and done once")
    func work() async throws {
        let client = try await ServedSession()
        client.send("0")
        _ = try await client.fetch()
        for _ in 0..<12 { client.send("2[\"slow\"]") }
        // The ninth is heard and waits for its turn.
        await client.journal.wait(for: String(repeating: "[slow 0]", count: 9))
        #expect(client.journal.count("[slow 0]") == 9 && client.doneCount == 1)
        client.session.close()
        client.echo.gate.open()
        await client.finished()
        #expect(client.journal.count("[slow 0]") == 12 && client.doneCount == 13)
        #expect(client.journal.count("[disconnected /]") == 1)
    }

    @Test("a client that connects to no namespace in time is let go")
    func deadline() async throws {
        let client = try await ServedSession()
        client.send("2[\"a\"]")
        await client.done.wait(for: ".")
        await client.loop.advanceTime(by: .seconds(45))
        await client.finished()
        #expect(client.session.state.isClosed)
    }
}
