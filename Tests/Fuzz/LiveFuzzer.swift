import Domain
import Gateway
import NIOCore

@testable import MQTTLink
@testable import Realtime

/// One input: its first byte chooses the parser, the rest is what the network sent.
private func parse(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let choice = bytes.first else { return }
    let input = ByteBuffer(bytes: bytes.dropFirst())
    switch choice % 6 {
    case 0: readFrames(input, messageLimit: 1 << 20)
    case 1: _ = EngineIOPayload.decode(input, version: .four)
    case 2: _ = EngineIOPayload.decode(input, version: .three)
    case 3: _ = SocketIOPacket(input).flatMap { SocketIOArguments(json: $0.json, attachments: []) }
    case 4: readPackets(input)
    default: route(Array(bytes.dropFirst()))
    }
}

/// As a WebSocket reads it, every message granted its room.
private func readFrames(_ input: ByteBuffer, messageLimit: Int) {
    var input = input
    var parser = WebSocketParser(messageLimit: messageLimit)
    do {
        while let event = try parser.next(&input) {
            switch event {
            case .needsRoom(let bytes):
                precondition(bytes <= messageLimit, "more room than a message may have")
                parser.grantRoom()
            case .text(let message), .binary(let message):
                precondition(message.readableBytes <= messageLimit, "a message above the limit")
            case .ping(let payload): precondition(payload.readableBytes <= 125)
            case .pong, .close: continue
            }
        }
    } catch {
        // Refused, as most of it should be.
    }
}

/// A message of a broker: its topic, a zero byte, its payload.
private func route(_ bytes: [UInt8]) {
    let end = bytes.firstIndex(of: 0) ?? bytes.startIndex
    let message = InboundMessage(
        topic: String(decoding: bytes[..<end], as: UTF8.self), payload: Array(bytes[end...].dropFirst()), qos: 1,
        packetID: 1, isRetained: false)
    let router = InboundRouter(
        siteID: "site-1", extraTopics: [], payloadLimit: 1 << 20, pictureLimit: 1 << 16, zone: .utc)
    guard case .content(let content, _, _) = router.route(message), case .announcement(let announcement) = content
    else { return }
    precondition(!announcement.path.split(separator: "/").contains(".."), "a file outside of its directory")
}

/// One packet after the other, split at zero bytes, through the state of one client.
private func readPackets(_ input: ByteBuffer) {
    var state = SocketIOState(namespaces: ["/"])
    for piece in input.readableBytesView.split(separator: 0, maxSplits: 64) {
        let bytes = ByteBuffer(bytes: piece.dropFirst())
        _ = piece.first.map { $0 & 1 == 0 } == true ? state.receive(.text(bytes)) : state.receive(.binary(bytes))
    }
}

/// What libFuzzer calls (https://llvm.org/docs/LibFuzzer.html) with what it makes up, guided by the code that it reaches.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    parse(UnsafeBufferPointer(start: data, count: size))
    return 0
}
