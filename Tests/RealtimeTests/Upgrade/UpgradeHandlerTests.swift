import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Realtime

@Suite("Requests that become WebSockets", .timeLimit(.minutes(45)))
struct UpgradeHandlerTests {
    @Test("with the proof that the key was read")
    func upgrade() async throws {
        let bench = try await UpgradeBench()
        try await bench.send(UpgradeBench.request())
        await bench.journal.wait(for: "[opened]")
        #expect(bench.wire.text.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        #expect(bench.wire.text.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        try await bench.send(ClientFrame.text("hi").bytes)
        await bench.journal.wait(for: "[text hi]")
        try await bench.close()
        #expect(bench.journal.text == "[opened][text hi][closed]")
    }

    @Test("what comes right behind the request is the first frame")
    func firstFrame() async throws {
        let bench = try await UpgradeBench()
        let frames = ClientFrame.text("one").bytes + ClientFrame.text("two").bytes
        try await bench.send(Array(UpgradeBench.request().utf8) + frames)
        await bench.journal.wait(for: "[text two]")
        #expect(bench.journal.text == "[opened][text one][text two]")
        try await bench.close()
    }

    static let refusals: [(request: String, status: String)] = [
        (UpgradeBench.request(method: "POST"), "400"), (UpgradeBench.request(version: "8"), "426"),
        (UpgradeBench.request(key: "short"), "400"), (UpgradeBench.request(key: ""), "400"),
        (UpgradeBench.request(more: "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), "400"),
        (UpgradeBench.request("/401"), "401"), (UpgradeBench.request("/403"), "403"),
    ]

    @Test("or not", arguments: refusals.indices)
    func refused(index: Int) async throws {
        let (request, status) = Self.refusals[index]
        let bench = try await UpgradeBench { request throws(UpgradeRefusal) in
            switch request.path {
            case "/401": throw UpgradeRefusal(.unauthorized, code: "login-needed", "Who are you?")
            case "/403": throw UpgradeRefusal(.forbidden, code: "forbidden", "No.")
            default: return .accept
            }
        }
        try await bench.send(request)
        await bench.wire.wait(for: "\r\n\r\n{")
        try await bench.channel.closeFuture.get()
        #expect(bench.wire.text.hasPrefix("HTTP/1.1 \(status) "))
        #expect(bench.wire.text.contains("Connection: close\r\n") && bench.wire.text.contains("problem+json"))
        #expect(bench.wire.text.contains("WWW-Authenticate") == (status == "401"))
        #expect(bench.wire.text.contains("Sec-WebSocket-Version: 13") == (status == "426"))
        #expect(bench.journal.text.isEmpty)
        try await bench.close()
    }

    @Test(
        "another path, or another protocol, is answered as the last request",
        arguments: [
            UpgradeBench.request("/other"),
            "GET /other HTTP/1.1\r\nHost: box\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n",
        ])
    func passedOn(request: String) async throws {
        let bench = try await UpgradeBench { _ in .pass }
        try await bench.send(request)
        await bench.wire.wait(for: "\r\n\r\n")
        #expect(bench.wire.text.hasPrefix("HTTP/1.1 200 "))
        #expect(bench.wire.text.lowercased().contains("connection: close\r\n"))
        #expect(bench.journal.text == "[/other close -]")
        try await bench.close()
    }

    @Test("the second request of a connection")
    func secondRequest() async throws {
        let bench = try await UpgradeBench()
        try await bench.send("GET /a HTTP/1.1\r\nHost: box\r\n\r\n")
        await bench.wire.wait(for: "\r\n\r\n")
        try await bench.send(UpgradeBench.request())
        await bench.journal.wait(for: "[opened]")
        #expect(bench.journal.text == "[/a - -][opened]")
        try await bench.close()
    }

    @Test("behind a request that is not answered yet")
    func behindAnother() async throws {
        let gate = Gate()
        let bench = try await UpgradeBench(respond: { _ in await gate.wait() })
        let frame = ClientFrame.text("hi").bytes
        try await bench.send(
            Array("GET /slow HTTP/1.1\r\nHost: box\r\n\r\n".utf8) + Array(UpgradeBench.request().utf8) + frame)
        #expect(bench.wire.text.isEmpty)
        gate.open()
        await bench.wire.wait(for: "\r\n\r\n")
        await bench.channel.testingEventLoop.run()
        await bench.journal.wait(for: "[text hi]")
        #expect(bench.journal.text == "[/slow - -][opened][text hi]")
        #expect(bench.wire.text.hasPrefix("HTTP/1.1 200 ") && bench.wire.count("HTTP/1.1 ") == 2)
        try await bench.close()
    }

    @Test("a body in many parts")
    func manyParts() async throws {
        let gate = Gate()
        let bench = try await UpgradeBench { _ in
            await gate.wait()
            return .pass
        }
        let chunks = String(repeating: "1\r\nx\r\n", count: 50) + "0\r\n\r\n"
        try await bench.send(UpgradeBench.request("/other", more: "Transfer-Encoding: chunked\r\n") + chunks)
        gate.open()
        await bench.wire.wait(for: "\r\n\r\n")
        #expect(["HTTP/1.1 400 ", "HTTP/1.1 200 "].contains { bench.wire.text.hasPrefix($0) })
        try await bench.close()
    }

    @Test("a client that goes while it is decided about")
    func goneMeanwhile() async throws {
        let asked = Gate()
        let gate = Gate()
        let bench = try await UpgradeBench { _ in
            asked.open()
            await gate.wait()
            return .accept
        }
        try await bench.send(UpgradeBench.request())
        await asked.wait()
        try await bench.channel.close().get()
        gate.open()
        await bench.journal.wait(for: "[abandoned]")
        try await bench.close()
        #expect(bench.journal.text == "[abandoned]")
    }

    @Test("the server stops")
    func quiesced() async throws {
        let bench = try await UpgradeBench()
        try await bench.send(UpgradeBench.request())
        await bench.journal.wait(for: "[opened]")
        try await bench.channel.eventLoop.submit { [channel = bench.channel] in
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }.get()
        try await bench.send(ClientFrame.close(1_001).bytes)
        await bench.journal.wait(for: "[closed]")
        #expect(bench.journal.text == "[opened][stop][closed]")
        try await bench.close()
    }
}
