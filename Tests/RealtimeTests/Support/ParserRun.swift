import NIOCore

@testable import Realtime

/// What became of bytes, in values that can be compared.
enum Heard: Hashable {
    case text(String)
    case binary([UInt8])
    case ping([UInt8])
    case pong
    case close(UInt16?)
    case needsRoom(Int)
    case violation(UInt16)
}

/// Feeds a parser and grants room at once.
struct ParserRun {
    var parser: WebSocketParser
    var input = ByteBuffer()
    var heard: [Heard] = []

    init(limit: Int = 1_000_000) { parser = WebSocketParser(messageLimit: limit) }

    /// - Returns: false after a violation.
    @discardableResult
    mutating func feed(_ bytes: some Sequence<UInt8>) -> Bool {
        input.writeBytes(bytes)
        do {
            while let event = try parser.next(&input) {
                switch event {
                case .text(let bytes): heard.append(.text(String(buffer: bytes)))
                case .binary(let bytes): heard.append(.binary(Array(buffer: bytes)))
                case .ping(let bytes): heard.append(.ping(Array(buffer: bytes)))
                case .pong: heard.append(.pong)
                case .close(let code): heard.append(.close(code?.number))
                case .needsRoom(let bytes):
                    heard.append(.needsRoom(bytes))
                    parser.grantRoom()
                }
            }
            return true
        } catch {
            heard.append(.violation(error.code.number))
            return false
        }
    }

    /// All of it, in pieces of these lengths over and over.
    static func heard(_ bytes: [UInt8], pieces: () -> Int, limit: Int = 1_000_000) -> [Heard] {
        var run = ParserRun(limit: limit)
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(max(1, pieces()))
            rest = rest.dropFirst(piece.count)
            guard run.feed(piece) else { break }
        }
        return run.heard
    }

    static func heard(_ frames: [ClientFrame], limit: Int = 1_000_000) -> [Heard] {
        heard(frames.flatMap(\.bytes), pieces: { .max }, limit: limit)
    }
}
