import Domain
import Gateway
import NIOCore

@testable import FileTransfer
@testable import MQTTLink
@testable import Media
@testable import Realtime

/// One input: its first byte chooses the parser, the rest is what the network sent.
private func parse(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let choice = bytes.first else { return }
    let input = ByteBuffer(bytes: bytes.dropFirst())
    switch choice % 10 {
    case 0: readFrames(input, messageLimit: 1 << 20)
    case 1: _ = EngineIOPayload.decode(input, version: .four)
    case 2: _ = EngineIOPayload.decode(input, version: .three)
    case 3: _ = SocketIOPacket(input).flatMap { SocketIOArguments(json: $0.json, attachments: []) }
    case 4: readPackets(input)
    case 5: readRequests(Array(bytes.dropFirst()))
    case 6: readCommand(Array(bytes.dropFirst()))
    case 7: _ = try? PictureHeader.read(Array(bytes.dropFirst()), limits: PictureLimits())
    case 8: route(Array(bytes.dropFirst()))
    default: readForwarding(Array(bytes.dropFirst()))
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

/// What a proxy, or whoever pretends to be one, says of its clients: a header per line.
private func readForwarding(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    let ranges = ["10.0.0.0/8", "fd00::/8"].compactMap { try? NetworkRange($0) }
    let peer = ClientConnection(address: "10.0.0.1", isTLS: false)
    let client = TrustedProxies(ranges).client(of: peer, forwardedFor: lines, forwardedProto: lines)
    precondition(IPAddress(client.address) != nil, "an address that is none")
    let stranger = ClientConnection(address: "192.0.2.1", isTLS: false)
    precondition(
        TrustedProxies(ranges).client(of: stranger, forwardedFor: lines, forwardedProto: lines) == stranger,
        "the word of a stranger")
}

/// As the SFTP server reads its channel, in pieces of seven bytes.
private func readRequests(_ bytes: [UInt8]) {
    var framing = SFTPFraming()
    for start in stride(from: 0, to: bytes.count, by: 7) {
        let piece = Array(bytes[start..<min(bytes.count, start + 7)])
        let isSound = piece.withUnsafeBytes { piece in
            (try? framing.add(piece) { (packet) throws(SFTPFault) in
                precondition(packet.count <= SFTPFraming.packetLimit, "a packet above the limit")
                if case .open(let path, _, _) = try SFTPRequest.read(packet).request { check(path) }
                return true
            }) != nil
        }
        guard isSound else { return }
    }
}

private func check(_ path: UnsafeRawBufferPointer) {
    guard let path = try? RootPath(path) else { return }
    precondition(!path.names.contains("..") && !path.text.hasPrefix("/"), "a path that leads out")
}

/// What a client asks the SSH server to run, and what the child says of its files.
private func readCommand(_ bytes: [UInt8]) {
    if let command = try? RsyncCommand(String(decoding: bytes, as: UTF8.self)) {
        let arguments = command.arguments(name: command.namesFile ? command.target.last : nil, names: "/names")
        precondition(
            !arguments.contains { $0.hasPrefix("--sender") || $0.hasPrefix("--daemon") }, "more than receiving")
        precondition(!command.letters.prefix { $0 != "e" }.contains("p"), "permissions of the client")
    }
    var log = RsyncLog()
    for name in log.add(bytes) { if let name { _ = try? RootPath(name.utf8) } }
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
