import Domain
import NIOCore
import TestSupport
import Testing

@testable import Realtime

@Suite("Hostile bytes")
struct FuzzTests {
    private static func random(_ count: ClosedRange<Int>, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: count, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    @Test("WebSocket frames: no message above the limit, and the same in any pieces")
    func frames() {
        var generator = SeededGenerator(30)
        let limit = 200
        let sound = WebSocketParserTests.conversation.dropLast(3).flatMap(\.bytes) + ClientFrame(0x2, [1, 2, 3]).bytes
        for round in 0..<FuzzRounds.percent(40) {
            let bytes = round % 4 == 0 ? Self.random(0...80, &generator) : mutated(sound, using: &generator)
            let whole = ParserRun.heard(bytes, pieces: { .max }, limit: limit)
            for case .binary(let message) in whole where message.count > limit { Issue.record("round \(round)") }
            for case .text(let text) in whole where text.utf8.count > limit { Issue.record("round \(round)") }
            let split = ParserRun.heard(bytes, pieces: { .random(in: 1...9, using: &generator) }, limit: limit)
            if split != whole { Issue.record("round \(round): \(bytes)") }
        }
    }

    @Test("frames of our own, made at random, come out as they went in")
    func identity() {
        var generator = SeededGenerator(31)
        for round in 0..<FuzzRounds.percent(10) {
            var frames: [ClientFrame] = []
            var expected: [Heard] = []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let message = Self.random(0...150, &generator)
                expected.append(.binary(message))
                var rest = message[...]
                var isFirst = true
                repeat {
                    let piece = rest.prefix(Int.random(in: 0...100, using: &generator))
                    rest = rest.dropFirst(piece.count)
                    let isFinal = rest.isEmpty && Bool.random(using: &generator)
                    var frame = ClientFrame(isFirst ? 0x2 : 0x0, Array(piece), isFinal: isFinal)
                    frame.key = Self.random(4...4, &generator)
                    frames.append(frame)
                    isFirst = false
                    if isFinal { break }
                } while true
            }
            if ParserRun.heard(frames) != expected { Issue.record("round \(round)") }
        }
    }

    @Test("payloads of Engine.IO")
    func payloads() {
        var generator = SeededGenerator(32)
        let sound = EngineIOPacketTests.payloads.filter { $0.packets != nil }.map { Array($0.text.utf8) }
        for round in 0..<FuzzRounds.percent(30) {
            let bytes =
                round % 4 == 0
                ? Self.random(0...60, &generator) : mutated(sound[round % sound.count], using: &generator)
            for version in [EngineIOVersion.three, .four] {
                guard let packets = EngineIOPayload.decode(ByteBuffer(bytes: bytes), version: version) else { continue }
                if packets.count > EngineIOPayload.packetLimit || packets.count > bytes.count {
                    Issue.record("\(bytes)")
                }
                let encoded = EngineIOPayload.encode(packets, version: version)
                // Version 3 counts characters, so that bytes that are no text have no length.
                guard version == .four || String(validating: encoded.readableBytesView, as: UTF8.self) != nil else {
                    continue
                }
                if EngineIOPayload.decode(encoded, version: version) != packets { Issue.record("\(version) \(bytes)") }
            }
        }
    }

    @Test("packets of Socket.IO")
    func packets() {
        var generator = SeededGenerator(33)
        let sound = SocketIOPacketTests.packets.map { Array($0.text.utf8) }
        for round in 0..<FuzzRounds.percent(20) {
            let bytes =
                round % 4 == 0
                ? Self.random(0...60, &generator) : mutated(sound[round % sound.count], using: &generator)
            guard let packet = SocketIOPacket(ByteBuffer(bytes: bytes)) else { continue }
            if packet.attachmentCount > SocketIOPacket.attachmentLimit { Issue.record("\(bytes)") }
            // JSON that begins with digits would run into the number; no such JSON is an event.
            let startsWithDigit = packet.json.readableBytesView.first.map { (48...57).contains($0) } ?? false
            let needsComma = packet.namespace == "/" && packet.json.readableBytesView.first == UInt8(ascii: "/")
            if !startsWithDigit, !needsComma, SocketIOPacket(packet.message) != packet { Issue.record("\(bytes)") }
            _ = SocketIOArguments(json: packet.json, attachments: [])
        }
    }

    @Test("a client of Socket.IO keeps no more than a packet may have")
    func conversation() {
        var generator = SeededGenerator(34)
        let sound = SocketIOPacketTests.packets.map { Array($0.text.utf8) }
        var state = SocketIOState(namespaces: ["/"])
        state.allow("/")
        for _ in 0..<FuzzRounds.percent(10) {
            let meaning =
                Bool.random(using: &generator)
                ? state.receive(.binary(ByteBuffer(bytes: [1])))
                : state.receive(
                    .text(ByteBuffer(bytes: mutated(sound.randomElement(using: &generator) ?? [], using: &generator))))
            switch meaning {
            case .violation:
                state = SocketIOState(namespaces: ["/"])
                state.allow("/")
            case .event(_, _, _, let attachments):
                if attachments.count > SocketIOPacket.attachmentLimit || state.isInsidePacket {
                    Issue.record("too much")
                }
            case .connect(let namespace, _): state.allow(namespace)
            case .unknownNamespace, .disconnect, .acknowledgement, .nothing: continue
            }
        }
    }
}
