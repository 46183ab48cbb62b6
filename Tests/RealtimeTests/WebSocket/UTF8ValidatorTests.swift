import TestSupport
import Testing

@testable import Realtime

@Suite("UTF-8 in pieces")
struct UTF8ValidatorTests {
    /// - Returns: nil while it may still become valid.
    private static func verdict(_ bytes: [UInt8], piece: Int) -> Bool {
        var validator = UTF8Validator()
        var rest = bytes[...]
        while !rest.isEmpty {
            let next = Array(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            guard next.withUnsafeBytes({ validator.take($0) }) else { return false }
        }
        return validator.isComplete
    }

    private static func agrees(_ bytes: [UInt8]) -> Bool {
        let expected = String(validating: bytes, as: UTF8.self) != nil
        return [1, 2, 3, 7, 8, 9, 1_000].allSatisfy { verdict(bytes, piece: $0) == expected }
    }

    @Test(
        "edges",
        arguments: [
            [], [0x00], [0x7F], [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2, 0x80], [0xDF, 0xBF],
            [0xE0, 0x9F, 0xBF],
            [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xEE, 0x80, 0x80],
            [0xEF, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xE0, 0xA0], [0xF0, 0x90, 0x80],
            [0xC2, 0x41], [0xE0, 0xA0, 0x41], [0xF0, 0x90, 0x80, 0x41],
        ] as [[UInt8]])
    func edges(bytes: [UInt8]) {
        for lead in [0, 5, 8, 13] {
            let ascii = [UInt8](repeating: 0x61, count: lead)
            #expect(Self.agrees(ascii + bytes))
            #expect(Self.agrees(ascii + bytes + [UInt8](repeating: 0x62, count: 9)))
        }
    }

    @Test("every pair of bytes")
    func pairs() {
        for first in UInt8.min ... .max {
            for second in UInt8.min ... .max {
                let bytes = [first, second]
                let expected = String(validating: bytes, as: UTF8.self) != nil
                if Self.verdict(bytes, piece: 1) != expected { Issue.record("\(bytes)") }
            }
        }
    }

    @Test func hostile() {
        var generator = SeededGenerator(11)
        let sound = Array("ทะเบียน กก 1234 abcdefghijklmnop 😀 é ".utf8)
        for _ in 0..<3_000 {
            let bytes = mutated(sound, using: &generator)
            if !Self.agrees(bytes) { Issue.record("\(bytes)") }
        }
        for _ in 0..<3_000 {
            let bytes = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                UInt8.random(in: 0x70...0xFF, using: &generator)
            }
            if !Self.agrees(bytes) { Issue.record("\(bytes)") }
        }
    }
}
