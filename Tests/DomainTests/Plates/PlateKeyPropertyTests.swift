import Foundation
import TestSupport
import Testing

@testable import Domain

/// What holds for every text, and a comparison with Foundation's composition where both are complete.
@Suite struct PlateKeyPropertyTests {
    static let hostile: [String] = [
        String(repeating: "\u{301}", count: 100_000),
        "ก" + String(repeating: "\u{E48}\u{E38}", count: 50_000),
        String(repeating: " ", count: 100_000) + "1กก1234",
        String(repeating: "\n", count: 100_000),
        String(repeating: "ก\n", count: 50_000),
        String(repeating: "1กก1234", count: 10_000),
        String(repeating: "ΐ", count: 1_000),
        String(repeating: "Ệ\u{31B}", count: 1_000),
        String(repeating: "\u{E4D}\u{E32}", count: 1_000),
        String(repeating: "*?", count: 1_000),
        String(repeating: "👨‍👩‍👧‍👦", count: 1_000),
        "\u{202E}עברית 123\u{202C}", "مرور ١٢٣", "🇹🇭", "\u{10FFFD}\u{FFFD}\u{E000}", "\u{0}", "",
    ]

    /// The first property that does not hold for `text`.
    private func violation(_ text: String) -> String? {
        let key = Plate.key(of: text)
        guard Plate.key(of: key).unicodeScalars.elementsEqual(key.unicodeScalars) else { return "key of key" }
        guard key.unicodeScalars.count <= 64 else { return "length" }
        guard Plate(text: text)?.key ?? "" == key else { return "plate's key" }
        let skeleton = PlateConfusions.skeleton(of: key)
        guard PlateConfusions.skeleton(of: skeleton) == skeleton else { return "skeleton of skeleton" }
        guard skeleton.unicodeScalars.count == key.unicodeScalars.count else { return "length of skeleton" }
        let isWildcard = { (scalar: Unicode.Scalar) in scalar == "*" || scalar == "?" }
        if let pattern = Plate.pattern(of: text) {
            guard pattern.unicodeScalars.contains(where: isWildcard) else { return "pattern without wildcard" }
            guard Plate.pattern(of: pattern) == pattern, !pattern.contains("**") else { return "pattern of pattern" }
        } else if text.unicodeScalars.prefix(16).contains(where: isWildcard) {
            return "lost wildcard"
        }
        return nil
    }

    @Test(arguments: hostile.indices)
    func hostileTextIsBoundedAndStable(_ index: Int) {
        #expect(violation(Self.hostile[index]) == nil)
        #expect(Province.matching(Self.hostile[index]) == nil)
    }

    @Test func aKeyIsItsOwnKey() {
        var generator = SeededGenerator(2026)
        for round in 0..<20_000 {
            let text = generator.hostileText(longest: round % 20 == 0 ? 300 : 24)
            let violation = violation(text)
            #expect(violation == nil, "\(text.debugDescription)")
        }
    }

    @Test func noiseIsNoProvince() {
        var generator = SeededGenerator(4)
        for _ in 0..<2_000 {
            let text = generator.hostileText(longest: 24)
            #expect(Province.matching(text) == nil, "\(text.debugDescription)")
        }
    }

    @Test func everyScalarAloneIsStable() {
        var unstable: [UInt32] = []
        for value in UInt32(0)...0x1FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let key = Plate.key(of: String(scalar))
            if !Plate.key(of: key).unicodeScalars.elementsEqual(key.unicodeScalars) {
                unstable.append(value)
            }
        }
        #expect(unstable.isEmpty)
    }

    @Test func compositionAgreesWithFoundation() {
        let letters = Array(
            "AEIOUYNSCZGKLRTDHWÂÊÔƠƯÜÇǪØИУГЕЖкΑΕΗΙΥΩかハวกล각\u{1100}\u{1161}\u{11A8}Å\u{212B}".unicodeScalars
        )
        let marks =
            Array("\u{300}\u{301}\u{302}\u{303}\u{304}\u{306}\u{307}\u{308}\u{30A}\u{30C}\u{31B}".unicodeScalars)
            + Array("\u{323}\u{327}\u{328}\u{331}\u{3099}\u{309A}\u{E38}\u{E3A}\u{E48}\u{E49}\u{340}".unicodeScalars)
        var generator = SeededGenerator(7)
        for _ in 0..<20_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                text.append(letters[Int.random(in: letters.indices, using: &generator)])
                for _ in 0..<Int.random(in: 0...3, using: &generator) {
                    text.append(marks[Int.random(in: marks.indices, using: &generator)])
                }
            }
            let composed = String(text).uppercased().precomposedStringWithCanonicalMapping
            let key = Plate.key(of: String(text))
            #expect(key.unicodeScalars.elementsEqual(composed.unicodeScalars), "\(String(text).debugDescription)")
        }
    }

    @Test func everyComposedLetterComesBackFromItsParts() {
        let letters = [0xC0...0x24F, 0x370...0x3FF, 0x400...0x52F, 0x1E00...0x1EFF, 0x3041...0x30FE, 0xAC00...0xD7A3]
        for value in letters.joined() {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            let upper = scalar.properties.uppercaseMapping.precomposedStringWithCanonicalMapping
            let separated = String(scalar).decomposedStringWithCanonicalMapping
            guard upper.unicodeScalars.count == 1, scalar != "\u{387}", scalar != "\u{30FB}", scalar != "\u{30A0}"
            else { continue }
            #expect(Plate.key(of: separated).unicodeScalars.elementsEqual(upper.unicodeScalars), "\(scalar)")
            #expect(Plate.key(of: String(scalar)).unicodeScalars.elementsEqual(upper.unicodeScalars), "\(scalar)")
        }
    }
}
